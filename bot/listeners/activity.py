"""What is done with entries of the ledger and ratings once they are there: taken back, mended, told further."""

from dataclasses import replace
from datetime import date

from bot.actions.activity import amendments, another_lead, cancel_plan, edit_entry, edit_values, promises, undo
from bot.actions.activity import use_leftover as leftover
from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.undo import UndoResult
from bot.actions.caller import Caller
from bot.actions.partners import spellings
from bot.actions.partners.search import get_partner_id
from bot.errors import NotFound
from bot.forms.state import FormState
from bot.listeners import form_values, lines
from bot.listeners.middleware import caller_for_button
from bot.listeners.respond import Form, Reply
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, FormHandler, parse_id, parse_pair
from bot.messages import common, forms
from bot.messages import lines as line_words
from bot.messages.activity import confirm
from bot.messages.activity import edited as edited_words
from bot.messages.activity import undo as words
from bot.services import Services
from bot.slack import action_ids, callback_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST
from scoring.vocabulary import Promiser


def _undo_activity(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _undo_reply(caller, undo.undo_activity(services.engine, caller, *parse_pair(value)), UNDO_ACTIVITY)


def _undo_trust(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _undo_reply(caller, undo.undo_trust(services.engine, caller, *parse_pair(value)), UNDO_TRUST)


def _undo_reply(caller: Caller, done: UndoResult, action: str) -> Reply:
    return words.undone_message(done, may_end=caller.is_steward, action=action)


def _update(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.put_back(amendments.undo_update(services.engine, caller, parse_id(value)))


def _promise(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = promises.undo_promise(services.engine, caller, parse_id(value))
    return common.saved_message(done, "no longer has that promise from you.")


def _show_records(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = parse_pair(value)
    found = undo.list_records(services.engine, caller, partner_id, parse_id(offset))
    return words.records_message(found, caller.team.currency, caller.today)


def _another(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = another_lead.record_as_another(services.engine, caller, parse_id(value))
    return confirm.record_message(done, caller.team.currency, today=caller.own_today)


def _cancel(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = cancel_plan.cancel_plan(services.engine, caller, parse_id(value))
    return line_words.cancelled(done, caller.team.currency, caller.own_today)


def _use(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    """Use what stayed in the text of a record: `ID:FIELD:VALUE`."""
    id, field, rest = _parts(value)
    caller = caller_for_button(caller, body, value)
    if field == "partner":
        done = leftover.record_for_another(services.engine, caller, id, parse_id(rest))
        return confirm.record_message(done, caller.team.currency, today=caller.own_today)
    if field == "promise":
        asked = _promised(rest)
        step_id, partner_id, name = leftover.promise_of_record(services.engine, caller, id, asked)
        return edited_words.promised(step_id, partner_id, name, asked, caller.own_today)
    return _changed(leftover.use_field(services.engine, caller, id, field, rest), caller)


def _changed(done: Edited, caller: Caller) -> Reply:
    return edited_words.edited(done, caller.team.currency, caller.own_today)


def _parts(value: str) -> tuple[int, str, str]:
    id, rest = parse_pair(value)
    field, _, more = rest.partition(":")
    return id, field, more


def _promised(value: str) -> leftover.Promised:
    side, _, rest = value.partition(":")
    due, _, what = rest.partition(":")
    try:
        return leftover.Promised(Promiser(side), what, date.fromisoformat(due) if due else None)
    except ValueError:
        raise NotFound(UNKNOWN_BUTTON) from None


def _edit(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = edit_entry.entry_to_edit(services.engine, caller, parse_id(value))
    return Form(forms.edit_entry(found, caller.team.currency))


def _edit_rating(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.edit_rating_form(edit_values.rating_to_edit(services.engine, caller, parse_id(value))))


def _edit_promise(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.edit_promise_form(edit_values.promise_to_edit(services.engine, caller, parse_id(value))))


def _edited(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    id, version = _of_form(rest)
    now = edit_entry.entry_to_edit(services.engine, caller, id).values
    new = form_values.entry(state, now, caller)
    if state.is_touched(action_ids.PARTNER_MENU):
        new["partner_id"] = get_partner_id(
            services.engine, caller, form_values.text_value(state, action_ids.PARTNER_MENU) or ""
        )
    return _changed(edit_entry.edit_entry(services.engine, caller, id, version, replace(now, **new)), caller)


def _edited_rating(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    id, version = _of_form(rest)
    now = edit_values.rating_to_edit(services.engine, caller, id).values
    new = form_values.rating(state, caller)
    return _changed(edit_values.edit_rating(services.engine, caller, id, version, replace(now, **new)), caller)


def _edited_promise(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    id, version = _of_form(rest)
    now = edit_values.promise_to_edit(services.engine, caller, id).values
    new = form_values.promise(state, caller)
    return _changed(edit_values.edit_promise(services.engine, caller, id, version, replace(now, **new)), caller)


def _of_form(rest: list[str]) -> tuple[int, str]:
    if len(rest) != 2:
        raise NotFound(UNKNOWN_BUTTON)
    return parse_id(rest[0]), rest[1]


def _answer(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    return lines.answered(services.engine, caller_for_button(caller, body, lines.question_key(value)), value)


def _fix(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return lines.fixed(services.engine, caller, value)


def _fix_record(_services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return lines.fixed_record(caller, value)


def _forget(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = spellings.forget_spelling(services.engine, caller, parse_id(value))
    return edited_words.forgotten(done)


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (UNDO_ACTIVITY, _undo_activity, True),
    (UNDO_TRUST, _undo_trust, True),
    (action_ids.UNDO_UPDATE, _update, True),
    (action_ids.UNDO_PROMISE, _promise, True),
    (action_ids.TAKE_BACK, _show_records, False),
    (action_ids.PAGE_OF_RECORDS, _show_records, True),
    (action_ids.EDIT_ENTRY, _edit, False),
    (action_ids.EDIT_RATING, _edit_rating, False),
    (action_ids.EDIT_PROMISE, _edit_promise, False),
    (action_ids.ANOTHER_LEAD, _another, True),
    (action_ids.USE_LEFTOVER, _use, False),
    (action_ids.CANCEL_PLAN, _cancel, True),
    (action_ids.ANSWER_LINE, _answer, True),
    (action_ids.FIX_LINE, _fix, False),
    (action_ids.FIX_RECORD, _fix_record, False),
    (action_ids.FORGET_SPELLING, _forget, False),
)
FORMS: dict[str, FormHandler] = {
    callback_ids.EDIT_ENTRY: _edited,
    callback_ids.EDIT_RATING: _edited_rating,
    callback_ids.EDIT_PROMISE: _edited_promise,
}
