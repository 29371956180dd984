"""What is done with entries of the ledger and ratings once they are there: taken back, mended, told further."""

from dataclasses import replace
from datetime import date

from bot.actions.activity import amendments, another_lead, cancel_plan, edit_entry, edit_values, promises, undo
from bot.actions.activity import use_leftover as leftover
from bot.actions.activity.undo import Undone
from bot.actions.caller import Caller
from bot.actions.partners import spellings
from bot.actions.partners.search import partner_id_of
from bot.errors import NotFound
from bot.forms.state import State
from bot.listeners import form_values, lines
from bot.listeners.middleware import for_button
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, number, pair
from bot.messages import common, forms
from bot.messages import lines as line_words
from bot.messages.activity import confirm
from bot.messages.activity import edited as edited_words
from bot.messages.activity import undo as words
from bot.services import House
from bot.slack import action_ids, callback_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST
from scoring.vocabulary import Promiser


def _activity(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _undone(caller, undo.undo_activity(house.engine, caller, number(value)))


def _trust(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _undone(caller, undo.undo_trust(house.engine, caller, number(value)))


def _undone(caller: Caller, done: Undone) -> Reply:
    return words.undone(done, may_end=caller.is_steward)


def _update(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return words.put_back(amendments.undo_update(house.engine, caller, number(value)))


def _promise(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = promises.undo_promise(house.engine, caller, number(value))
    return common.saved(done, "is promised that no more.")


def _records(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = pair(value)
    found = undo.records_of(house.engine, caller, partner_id, number(offset))
    return words.records(found, caller.team.currency, caller.today)


def _another(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = another_lead.record_as_another(house.engine, caller, number(value))
    return confirm.recorded(done, caller.team.currency, today=caller.own_today)


def _cancel(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = cancel_plan.cancel_plan(house.engine, caller, number(value))
    return line_words.cancelled(done, caller.team.currency, caller.own_today)


def _use(house: House, caller: Caller, value: str, body: Body) -> Reply:
    """What stayed in the text of a record is used: `ID:FIELD:VALUE`."""
    id, field, rest = _parts(value)
    caller = for_button(caller, body, value)
    if field == "partner":
        done = leftover.record_for_another(house.engine, caller, id, number(rest))
        return confirm.recorded(done, caller.team.currency, today=caller.own_today)
    if field == "promise":
        asked = _promised(rest)
        step_id, partner_id, name = leftover.promise_of_record(house.engine, caller, id, asked)
        return edited_words.promised(step_id, partner_id, name, asked, caller.own_today)
    return edited_words.edited(leftover.use_field(house.engine, caller, id, field, rest), caller)


def _parts(value: str) -> tuple[int, str, str]:
    id, rest = pair(value)
    field, _, more = rest.partition(":")
    return id, field, more


def _promised(value: str) -> leftover.Promised:
    side, _, rest = value.partition(":")
    due, _, what = rest.partition(":")
    try:
        return leftover.Promised(Promiser(side), what, date.fromisoformat(due) if due else None)
    except ValueError:
        raise NotFound(NOT_OURS) from None


def _edit(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = edit_entry.entry_to_edit(house.engine, caller, number(value))
    return Form(forms.edit_entry(found, caller.team.currency))


def _edit_rating(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.edit_rating(edit_values.rating_to_edit(house.engine, caller, number(value))))


def _edited(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    id, version = _of_form(rest)
    now = edit_entry.entry_to_edit(house.engine, caller, id).values
    new = form_values.entry(state, now, caller)
    if state.is_touched(action_ids.PARTNER_MENU):
        new["partner_id"] = partner_id_of(house.engine, caller, form_values.value(state, action_ids.PARTNER_MENU) or "")
    return edited_words.edited(edit_entry.edit_entry(house.engine, caller, id, version, replace(now, **new)), caller)


def _edited_rating(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    id, version = _of_form(rest)
    now = edit_values.rating_to_edit(house.engine, caller, id).values
    new = form_values.rating(state, caller)
    return edited_words.edited(edit_values.edit_rating(house.engine, caller, id, version, replace(now, **new)), caller)


def _of_form(rest: list[str]) -> tuple[int, str]:
    if len(rest) != 2:
        raise NotFound(NOT_OURS)
    return number(rest[0]), rest[1]


def _answer(house: House, caller: Caller, value: str, body: Body) -> Reply:
    return lines.answered(house.engine, for_button(caller, body, lines.question_key(value)), value)


def _fix(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return lines.fixed(house.engine, caller, value)


def _forget(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = spellings.forget_spelling(house.engine, caller, number(value))
    return edited_words.forgotten(done)


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (UNDO_ACTIVITY, _activity, True),
    (UNDO_TRUST, _trust, True),
    (action_ids.UNDO_UPDATE, _update, True),
    (action_ids.UNDO_PROMISE, _promise, True),
    (action_ids.TAKE_BACK, _records, False),
    (action_ids.PAGE_OF_RECORDS, _records, True),
    (action_ids.EDIT_ENTRY, _edit, False),
    (action_ids.EDIT_RATING, _edit_rating, False),
    (action_ids.ANOTHER_LEAD, _another, True),
    (action_ids.USE_LEFTOVER, _use, False),
    (action_ids.CANCEL_PLAN, _cancel, True),
    (action_ids.ANSWER_LINE, _answer, True),
    (action_ids.FIX_LINE, _fix, False),
    (action_ids.FORGET_SPELLING, _forget, False),
)
FORMS: dict[str, Submit] = {
    callback_ids.EDIT_ENTRY: _edited,
    callback_ids.EDIT_RATING: _edited_rating,
}
