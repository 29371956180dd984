"""A form's state, as Slack sends it, → the same requests that typed text makes."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from bot.actions.activity.edit_entry import MOST_AT_ONCE, EntryValues
from bot.actions.caller import Caller
from bot.errors import FieldError
from bot.forms.inputs import Day, Money
from bot.forms.partner_fields import FormPage, page_fields
from bot.forms.state import FormState, field_value
from bot.grammar import EventRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.days import is_in_reach
from bot.grammar.numbers import whole_number
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side

T = TypeVar("T")


def text_value(state: FormState, name: str) -> str | None:
    """Return a field's text. None if it is empty or not in the form."""
    found = field_value(state, name)
    return found if isinstance(found, str) else None


def _required_value(state: FormState, name: str, problem: str) -> str:
    found = text_value(state, name)
    if found is None:
        raise FieldError(name, problem)
    return found


def day(state: FormState, name: str, caller: Caller) -> date | None:
    return Day().read(name, field_value(state, name), caller.team)


def _choice_value(state: FormState, name: str, words: Callable[[str], T], problem: str) -> T:
    try:
        return words(_required_value(state, name, problem))
    except ValueError:
        raise FieldError(name, problem) from None


def money_value(state: FormState, name: str, caller: Caller) -> int | None:
    """Return the money that was typed into a field, in minor units. None if it is empty.

    Raises:
        FieldError: it can't be read.
    """
    return Money().read(name, field_value(state, name), caller.team)


def referral(state: FormState, caller: Caller) -> ReferralRequest:
    """Read a referral from its form. Like all readers here, raise FieldError for a value that can't be used."""
    return ReferralRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        direction=_choice_value(state, "direction", Direction, "Choose which way it went."),
        lead=_lead(state),
        value=money_value(state, "value", caller),
        outcome=_choice_value(state, "outcome", Outcome, "Choose where it stands."),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        strategic=text_value(state, "strategic") == "strategic",
        count=state.rest.count if state.rest else 1,
        note=text_value(state, "note"),
        promises=_promises(state, caller),
    )


def _lead(state: FormState) -> str:
    """Read who was referred. Several counted leads need no name."""
    if state.rest and state.rest.count > 1:
        return text_value(state, "lead") or ""
    return _required_value(state, "lead", "Say who was referred.")


def _promises(state: FormState, caller: Caller) -> tuple[Promised, ...]:
    """Read our promise in the form, and the other promises of the line that the form was opened for."""
    step, due = text_value(state, "step"), day(state, "step_due_on", caller)
    if due and not step:
        raise FieldError("step", "Say what you promised by that day.")
    ours = (Promised(what=step, due_on=due),) if step else ()
    others = list(state.rest.promises) if state.rest else []
    if first := next((one for one in others if one.by == Promiser.US), None):
        others.remove(first)  # which the form showed
    return (*ours, *(Promised(what=one.what, due_on=one.due_on, side=one.by) for one in others))


def event(state: FormState, caller: Caller) -> EventRequest:
    return EventRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        title=_required_value(state, "title", "Say what it was."),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        direction=_choice_value(state, "direction", Direction, "Choose who did it."),
        note=text_value(state, "note"),
        promises=_promises(state, caller),
    )


def touch(state: FormState, caller: Caller) -> TouchRequest:
    return TouchRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        kind=_choice_value(state, "kind", Kind, "Choose what it was."),
        direction=_choice_value(state, "direction", Direction, "Choose who did it."),
        note=text_value(state, "note"),
        people=text_value(state, "people"),
        occurred_on=_nearest_day(state, "occurred_on", caller),
        medium=text_value(state, "medium"),
        promises=_promises(state, caller),
    )


def trust(state: FormState, _caller: Caller) -> TrustRequest:
    return TrustRequest(
        partner=_required_value(state, "partner", "Choose a partner."),
        level=_choice_value(state, "level", _read_level, "Choose a trust level."),
        side=_choice_value(state, "side", Side, "Choose whose trust it is."),
        note=text_value(state, "note"),
    )


def others(state: FormState) -> list[str]:
    """Return the other partners of which the line of this form told the same."""
    return [found.name for found in state.rest.partners[1:]] if state.rest else []


def entry(state: FormState, now: EntryValues, caller: Caller) -> dict[str, Any]:
    """Read the fields of a ledger row that were changed in the form, so that untouched ones keep their exact value."""
    read: dict[str, Callable[[], Any]] = {
        "kind": lambda: _choice_value(state, "kind", Kind, "Choose what it was."),
        "direction": lambda: _choice_value(state, "direction", Direction, "Choose which way it went."),
        "title": lambda: text_value(state, "title") or "",
        "note": lambda: text_value(state, "note"),
        "medium": lambda: text_value(state, "medium"),
        "occurred_on": lambda: _nearest_day(state, "occurred_on", caller),
        "outcome": lambda: (
            _choice_value(state, "outcome", Outcome, "Choose where it stands.")
            if text_value(state, "outcome")
            else None
        ),
        "value": lambda: money_value(state, "value", caller),
        "count": lambda: _count(text_value(state, "count")),
    }
    return {name: get() for name, get in read.items() if state.is_touched(name)}


def _count(text: str | None) -> int:
    found = whole_number(text or "", 1, MOST_AT_ONCE)
    if found is None:
        raise FieldError("count", f"Enter a whole number from 1 to {MOST_AT_ONCE:,}.")
    return found


def rating(state: FormState, caller: Caller) -> dict[str, Any]:
    """Read the fields of a rating that were changed in the form."""
    read: dict[str, Callable[[], Any]] = {
        "side": lambda: _choice_value(state, "side", Side, "Choose whose trust it is."),
        "level": lambda: _choice_value(state, "level", _read_level, "Choose a trust level."),
        "rated_on": lambda: _nearest_day(state, "rated_on", caller),
        "note": lambda: text_value(state, "note") or "",
    }
    return {name: get() for name, get in read.items() if state.is_touched(name)}


def promise(state: FormState, caller: Caller) -> dict[str, Any]:
    """Read the fields of a promise that were changed in the form."""
    read: dict[str, Callable[[], Any]] = {
        "side": lambda: _choice_value(state, "side", Promiser, "Choose whose promise it is."),
        "what": lambda: text_value(state, "what") or "",
        "due_on": lambda: day(state, "due_on", caller),
    }
    return {name: get() for name, get in read.items() if state.is_touched(name)}


def _read_level(text: str) -> int:
    found = whole_number(text, 1, 5)
    if found is None:
        raise ValueError(text)
    return found


def partner_fields(state: FormState, step: FormPage, caller: Caller) -> dict[str, Any]:
    """Read the fields of one page of the record."""
    return {
        field.name: field.input.read(field.name, field_value(state, field.name), caller.team)
        for field in page_fields(step)
    }


def changed_partner_fields(state: FormState, step: FormPage, caller: Caller) -> dict[str, Any]:
    """Read the fields of one page that were changed, so that a colleague's edit of the others stays."""
    changed = [field for field in page_fields(step) if state.is_touched(field.name)]
    return {field.name: field.input.read(field.name, field_value(state, field.name), caller.team) for field in changed}


def _nearest_day(state: FormState, name: str, caller: Caller) -> date:
    """Read the day something happened or is planned for. Raise FieldError if it is out of range."""
    near = day(state, name, caller)
    if near is None:
        raise FieldError(name, "Choose a day.")
    if not is_in_reach(near, caller.today):
        raise FieldError(name, "Choose a day between 1970 and two years ahead.")
    return near
