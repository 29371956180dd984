"""A form's state, as Slack sends it, → the same requests that typed text makes."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from bot.actions.activity.edit_entry import MOST_AT_ONCE, EntryValues
from bot.actions.caller import Caller
from bot.errors import FieldError
from bot.forms.inputs import Day, Money
from bot.forms.partner_fields import Step, of_step
from bot.forms.state import State, said
from bot.grammar import Event, Promised, Referral, Touch, Trust
from bot.grammar.numbers import whole_number
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side

T = TypeVar("T")


def value(state: State, name: str) -> str | None:
    """What a field holds; None where it is empty or not in the form."""
    found = said(state, name)
    return found if isinstance(found, str) else None


def _needed(state: State, name: str, problem: str) -> str:
    found = value(state, name)
    if found is None:
        raise FieldError(name, problem)
    return found


def day(state: State, name: str, caller: Caller) -> date | None:
    return Day().read(name, said(state, name), caller.team)


def _word(state: State, name: str, words: Callable[[str], T], problem: str) -> T:
    try:
        return words(_needed(state, name, problem))
    except ValueError:
        raise FieldError(name, problem) from None


def money(state: State, name: str, caller: Caller) -> int | None:
    """Money that was typed into a field, in minor units.

    Raises:
        FieldError: it can't be read.
    """
    return Money().read(name, said(state, name), caller.team)


def referral(state: State, caller: Caller) -> Referral:
    """Raises FieldError, as all of these, on what can't be taken."""
    return Referral(
        partner=_needed(state, "partner", "Choose a partner."),
        direction=_word(state, "direction", Direction, "Choose which way it went."),
        lead=_lead(state),
        value=money(state, "value", caller),
        outcome=_word(state, "outcome", Outcome, "Choose how far it has come."),
        occurred_on=_near(state, "occurred_on", caller),
        strategic=value(state, "strategic") == "strategic",
        count=state.rest.count if state.rest else 1,
        note=value(state, "note"),
        promises=_promises(state, caller),
    )


def _lead(state: State) -> str:
    """Who was referred; several that were counted need no name."""
    if state.rest and state.rest.count > 1:
        return value(state, "lead") or ""
    return _needed(state, "lead", "Say who was referred.")


def _promises(state: State, caller: Caller) -> tuple[Promised, ...]:
    """What we promised, as the form has it, and what else was promised in the line that it was opened for."""
    step, due = value(state, "step"), day(state, "step_due_on", caller)
    if due and not step:
        raise FieldError("step", "Say what you promised by that day.")
    ours = (Promised(what=step, due_on=due),) if step else ()
    others = list(state.rest.promises) if state.rest else []
    if first := next((one for one in others if one.by == Promiser.US), None):
        others.remove(first)  # which the form showed
    return (*ours, *(Promised(what=one.what, due_on=one.due_on, side=one.by) for one in others))


def event(state: State, caller: Caller) -> Event:
    return Event(
        partner=_needed(state, "partner", "Choose a partner."),
        title=_needed(state, "title", "Say what it was."),
        occurred_on=_near(state, "occurred_on", caller),
        direction=_word(state, "direction", Direction, "Choose who did it."),
        note=value(state, "note"),
        promises=_promises(state, caller),
    )


def touch(state: State, caller: Caller) -> Touch:
    return Touch(
        partner=_needed(state, "partner", "Choose a partner."),
        kind=_word(state, "kind", Kind, "Choose what it was."),
        direction=_word(state, "direction", Direction, "Choose who did it."),
        note=value(state, "note"),
        occurred_on=_near(state, "occurred_on", caller),
        medium=value(state, "medium"),
        promises=_promises(state, caller),
    )


def trust(state: State, _caller: Caller) -> Trust:
    return Trust(
        partner=_needed(state, "partner", "Choose a partner."),
        level=_word(state, "level", _level, "Choose how far the trust goes."),
        side=_word(state, "side", Side, "Choose whose trust it is."),
        note=value(state, "note"),
    )


def others(state: State) -> list[str]:
    """The partners besides the one that the form shows, of which the line told the same."""
    return [found.name for found in state.rest.partners[1:]] if state.rest else []


def entry(state: State, now: EntryValues, caller: Caller) -> dict[str, Any]:
    """The fields of a row that were changed in the form; what nobody touched stays as it is, to the letter."""
    read: dict[str, Callable[[], Any]] = {
        "kind": lambda: _word(state, "kind", Kind, "Choose what it was."),
        "direction": lambda: _word(state, "direction", Direction, "Choose which way it went."),
        "title": lambda: value(state, "title") or "",
        "note": lambda: value(state, "note"),
        "medium": lambda: value(state, "medium"),
        "occurred_on": lambda: _near(state, "occurred_on", caller),
        "outcome": lambda: (
            _word(state, "outcome", Outcome, "Choose how far it has come.") if value(state, "outcome") else None
        ),
        "value": lambda: money(state, "value", caller),
        "count": lambda: _count(value(state, "count")),
    }
    return {name: get() for name, get in read.items() if state.is_touched(name)}


def _count(text: str | None) -> int:
    found = whole_number(text or "", 1, MOST_AT_ONCE)
    if found is None:
        raise FieldError("count", f"A whole number from 1 to {MOST_AT_ONCE:,}.")
    return found


def rating(state: State, caller: Caller) -> dict[str, Any]:
    """The fields of a rating that were changed in the form."""
    read: dict[str, Callable[[], Any]] = {
        "side": lambda: _word(state, "side", Side, "Choose whose trust it is."),
        "level": lambda: _word(state, "level", _level, "Choose how far the trust goes."),
        "rated_on": lambda: _near(state, "rated_on", caller),
        "note": lambda: value(state, "note") or "",
    }
    return {name: get() for name, get in read.items() if state.is_touched(name)}


def _level(text: str) -> int:
    found = whole_number(text, 1, 5)
    if found is None:
        raise ValueError(text)
    return found


def partner(state: State, step: Step, caller: Caller) -> dict[str, Any]:
    """The fields of one step of the record."""
    return {field.name: field.input.read(field.name, said(state, field.name), caller.team) for field in of_step(step)}


def touched(state: State, step: Step, caller: Caller) -> dict[str, Any]:
    """Those of one step that were changed in the form: what a colleague wrote meanwhile stays."""
    changed = [field for field in of_step(step) if state.is_touched(field.name)]
    return {field.name: field.input.read(field.name, said(state, field.name), caller.team) for field in changed}


def _near(state: State, name: str, caller: Caller) -> date:
    """The day something happened or is planned for, as near as typed ones have to be."""
    near = day(state, name, caller)
    if near is None:
        raise FieldError(name, "Choose a day.")
    if near.year < 1970 or (near - caller.today).days > 731:
        raise FieldError(name, "Choose a day between 1970 and two years ahead.")
    return near
