"""The people at a partner: listed, added, changed, deleted on request."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import people, search, seen_addresses
from bot.errors import NotFound
from bot.forms.person_fields import PERSON_FIELDS
from bot.forms.state import FormState, field_value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, FormHandler, parse_form_id, parse_id, parse_pair
from bot.messages.partners import people as words
from bot.services import Services
from bot.slack import action_ids, callback_ids


def show_people(engine: Engine, caller: Caller, partner_id: int) -> Reply:
    """List the people at a partner."""
    return words.people_message(people.list_people(engine, caller, partner_id), caller.today)


def _add(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id = parse_id(value)
    name = search.get_partner_name(services.engine, caller, partner_id)
    return Form(words.new_person_form(partner_id, name, caller.team))


def _add_named(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    """Open the form of a person who was named at a touch: `PARTNER:ACTIVITY:NAME`."""
    partner_id, rest = parse_pair(value)
    activity_id, who = parse_pair(rest)
    name = search.get_partner_name(services.engine, caller, partner_id)
    return Form(words.new_person_form(partner_id, name, caller.team, values={"name": who}, activity_id=activity_id))


def _add_seen(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    """Open the form of a person with an address that was seen."""
    found = seen_addresses.prepare_offered(services.engine, caller, parse_id(value))
    return Form(words.new_person_form(found.partner_id, found.partner, caller.team, values=found.values))


def _refuse_seen(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.refused_message(seen_addresses.refuse_offered(services.engine, caller, parse_id(value)))


def _undo_refusal(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.refused_message(seen_addresses.undo_refusal(services.engine, caller, *parse_pair(value)))


def _change(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    person_id, what = parse_pair(value)
    if what == words.EDIT:
        return Form(words.person_form(people.prepare_person(services.engine, caller, person_id), caller.team))
    if what == words.LEFT:
        return words.saved_message(people.edit_person(services.engine, caller, person_id, {"left_on": caller.today}))
    if what == words.ERASE:
        return words.erase_message(people.require_can_erase(services.engine, caller, person_id))
    raise NotFound(UNKNOWN_BUTTON)


def _never_count(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.saved_message(people.edit_person(services.engine, caller, parse_id(value), {"never_counts": True}))


def _erase(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.saved_message(people.erase_person(services.engine, caller, parse_id(value)))


def _undo(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.saved_message(people.undo_person(services.engine, caller, parse_id(value)))


def _undo_edit(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.saved_message(people.undo_person_edit(services.engine, caller, parse_id(value)))


def _submit_new(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    values = _values(state, caller, touched_only=False)
    activity_id = parse_id(rest[1]) if len(rest) > 1 else 0
    done = people.add_person(services.engine, caller, parse_form_id(rest), values, activity_id=activity_id)
    return words.saved_message(done)


def _submit_edit(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    values = _values(state, caller, touched_only=True)
    return words.saved_message(people.edit_person(services.engine, caller, parse_form_id(rest), values))


def _values(state: FormState, caller: Caller, *, touched_only: bool) -> dict[str, Any]:
    """Read the form; with `touched_only` what was changed in it, so that a colleague's edit of the rest stays."""
    return {
        name: field.input.read(name, field_value(state, name), caller.team)
        for name, field in PERSON_FIELDS.items()
        if not touched_only or state.is_touched(name)
    }


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.ADD_PERSON, _add, False),
    (action_ids.ADD_NAMED_PERSON, _add_named, False),
    (action_ids.ADD_SEEN_PERSON, _add_seen, False),
    (action_ids.REFUSE_SEEN_PERSON, _refuse_seen, False),
    (action_ids.UNDO_REFUSAL, _undo_refusal, True),
    (action_ids.CHANGE_PERSON, _change, False),
    (action_ids.ERASE_PERSON, _erase, True),
    (action_ids.NEVER_COUNT, _never_count, False),
    (action_ids.UNDO_PERSON, _undo, True),
    (action_ids.UNDO_PERSON_EDIT, _undo_edit, True),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.PERSON_ADD: _submit_new,
    callback_ids.PERSON_EDIT: _submit_edit,
}
