"""A form's state, as Slack sends it, → the same requests that typed text makes."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from bot.actions.caller import Caller
from bot.errors import FieldError
from bot.forms.inputs import Day, Money
from bot.forms.partner_fields import FormPage, page_fields
from bot.forms.state import FormState, field_value
from bot.grammar import EventRequest, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.numbers import whole_number
from scoring.vocabulary import Direction, Kind, Outcome, Side

T = TypeVar("T")


def text_value(state: FormState, name: str) -> str | None:
    """What a field holds; None where it is empty or not in the form."""
    found = field_value(state, name)
    return found if isinstance(found, str) else None


def _required_value(state: FormState, name: str, problem: str) -> str:
    found = text_value(state, name)
    if found is None:
        raise FieldError(name, problem)
    return found


def _day_value(state: FormState, name: str, caller: Caller) -> date | None:
    return Day().read(name, field_value(state, name), caller.team)


def _choice_value(state: FormState, name: str, words: Callable[[str], T], problem: str) -> T:
    try:
        return words(_required_value(state, name, problem))
    except ValueError:
        raise FieldError(name, problem) from None


def money_value(state: FormState, name: str, caller: Caller) -> int | None:
    """Money that was typed into a field, in minor units.

    Raises:
        FieldError: it can't be read.
    """
    return Money().read(name, field_value(state, name), caller.team)


def referral(state: FormState, caller: Caller) -> ReferralRequest:
    """Raises FieldError, as all of these, on what can't be taken."""
    return ReferralRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        direction=_choice_value(state, "direction", Direction, "Choose which way it went."),
        lead=_required_value(state, "lead", "Say who was referred."),
        value=money_value(state, "value", caller),
        outcome=_choice_value(state, "outcome", Outcome, "Choose how far it has come."),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        strategic=text_value(state, "strategic") == "strategic",
    )


def event(state: FormState, caller: Caller) -> EventRequest:
    return EventRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        title=_required_value(state, "title", "Say what it was."),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        direction=_choice_value(state, "direction", Direction, "Choose who did it."),
    )


def touch(state: FormState, caller: Caller) -> TouchRequest:
    step, due = text_value(state, "step"), _day_value(state, "step_due_on", caller)
    if due and not step:
        raise FieldError("step", "Say what you promised by that day.")
    return TouchRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        kind=_choice_value(state, "kind", Kind, "Choose what it was."),
        direction=_choice_value(state, "direction", Direction, "Choose who did it."),
        note=text_value(state, "note"),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        step=step,
        step_due_on=due,
    )


def trust(state: FormState, _caller: Caller) -> TrustRequest:
    return TrustRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        level=_choice_value(state, "level", _read_level, "Choose how far the trust goes."),
        side=_choice_value(state, "side", Side, "Choose whose trust it is."),
        note=text_value(state, "note"),
    )


def _read_level(text: str) -> int:
    found = whole_number(text, 1, 5)
    if found is None:
        raise ValueError(text)
    return found


def partner_fields(state: FormState, step: FormPage, caller: Caller) -> dict[str, Any]:
    """The fields of one step of the record."""
    return {
        field.name: field.input.read(field.name, field_value(state, field.name), caller.team)
        for field in page_fields(step)
    }


def changed_partner_fields(state: FormState, step: FormPage, caller: Caller) -> dict[str, Any]:
    """Those of one step that were changed in the form: what a colleague wrote meanwhile stays."""
    changed = [field for field in page_fields(step) if state.is_touched(field.name)]
    return {field.name: field.input.read(field.name, field_value(state, field.name), caller.team) for field in changed}


def _nearest_day(state: FormState, name: str, caller: Caller) -> date:
    """The day something happened or is planned for, as near as typed ones have to be."""
    day = _day_value(state, name, caller)
    if day is None:
        raise FieldError(name, "Choose a day.")
    if day.year < 1970 or (day - caller.today).days > 731:
        raise FieldError(name, "Choose a day between 1970 and two years ahead.")
    return day
