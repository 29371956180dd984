"""What stayed in a record's text and looked like more, used after all by one press."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from bot.actions.activity import record
from bot.actions.activity.edit_entry import Edited, edit_entry, entry_to_edit
from bot.actions.activity.promises import record_promise
from bot.actions.activity.record import RecordResult, Request
from bot.actions.caller import Caller
from bot.actions.common import get_partner, require_max_length
from bot.errors import NotFound
from bot.grammar import EventRequest, ReferralRequest, TouchRequest
from bot.grammar.days import last_day
from scoring.vocabulary import REFERRAL_KINDS, Kind, Outcome, Promiser
from storage.db.engine import reading, writing
from storage.db.retry import retried

MOST_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Promised:
    """What is to be promised of a record."""

    side: Promiser
    what: str
    due_on: date | None


def use_field(engine: Engine, caller: Caller, activity_id: int, field: str, value: str) -> Edited:
    """Set the day, the value or the outcome of a row to what stayed in its text.

    Raises:
        NotFound: the row is gone, or the field or value is none.
        NotAllowed: somebody else recorded it.
        FieldError: it would make no sense.
    """
    found = entry_to_edit(engine, caller, activity_id)
    try:
        new = _READ[field](value)
    except (KeyError, ValueError):
        raise NotFound("That button does not belong to this workspace.") from None
    return edit_entry(engine, caller, activity_id, found.version, replace(found.values, **new))


def _money(value: str) -> dict[str, Any]:
    minor = int(value)
    if not 0 <= minor <= MOST_MINOR:
        raise ValueError(value)
    return {"value": minor}


_READ: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "day": lambda value: {"occurred_on": date.fromisoformat(value)},
    "value": _money,
    "outcome": lambda value: {"outcome": Outcome(value)},
}


@retried
def record_for_another(engine: Engine, caller: Caller, activity_id: int, partner_id: int) -> RecordResult:
    """Record the same for another partner that was named.

    Raises:
        NotFound: the row or the partner is none of this workspace.
        NotAllowed: somebody else recorded it, or the partner has ended.
    """
    found = entry_to_edit(engine, caller, activity_id).values
    with reading(engine) as session:
        name = get_partner(session, caller, partner_id).name
    request: Request
    if found.kind in REFERRAL_KINDS:
        request = ReferralRequest(
            partner=name,
            direction=found.direction,
            lead=found.title,
            value=found.value,
            outcome=found.outcome or Outcome.INTRODUCED,
            occurred_on=found.occurred_on,
            strategic=found.kind == Kind.STRATEGIC_REFERRAL,
            count=found.count,
            note=found.note,
        )
    elif found.kind == Kind.EVENT:
        request = EventRequest(
            partner=name,
            title=found.title,
            occurred_on=found.occurred_on,
            direction=found.direction,
            note=found.note,
        )
    else:
        request = TouchRequest(
            partner=name,
            kind=found.kind,
            direction=found.direction,
            note=found.title,
            occurred_on=found.occurred_on,
            medium=found.medium,
        )
    with writing(engine) as session:
        caller.claim_request_key(session)
        return record.put(session, caller, request)


@retried
def promise_of_record(engine: Engine, caller: Caller, activity_id: int, asked: Promised) -> tuple[int, int, str]:
    """Record what stayed in a record's text as a promise. Return its id, the partner's id and the partner's name.

    Raises:
        NotFound: the row is gone.
        NotAllowed: somebody else recorded it.
        FieldError: it says nothing, or its day is past or too far off.
    """
    found = entry_to_edit(engine, caller, activity_id)
    due = asked.due_on
    if due and not caller.today <= due <= last_day(caller.today):
        due = None
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, found.values.partner_id)
        what = require_max_length("what", " ".join(asked.what.split()))
        made = record_promise(session, caller, found.values.partner_id, what, due, asked.side, activity_id=activity_id)
        assert made.id is not None  # stored
        return made.id, found.values.partner_id, partner.name
