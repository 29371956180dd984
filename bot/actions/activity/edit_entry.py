"""Edit a ledger row: what the form shows and what it writes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import FieldChange, amend, must_be_as_seen, seen
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.activity.record import clean_line, several_lines
from bot.actions.caller import Caller
from bot.actions.common import (
    get_partner,
    get_score,
    log_change,
    require_can_undo,
    require_not_ended,
    row_id,
)
from bot.errors import FieldError, NotFound
from bot.grammar.days import last_day
from bot.scores.models import Promise
from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Direction, Kind, Outcome
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities
from storage.tables import Activity

MOST_AT_ONCE = 1_000  # as imports and the API take


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryValues:
    """The editable values of a ledger row. `value` is in minor units; only referrals have an outcome."""

    partner_id: int
    kind: Kind
    direction: Direction
    title: str
    note: str | None
    medium: str | None
    value: int | None
    outcome: Outcome | None
    occurred_on: date
    count: int


@dataclass(frozen=True, slots=True)
class EntryToEdit:
    """A row for its form. `version` comes back with the form, so that nobody's change is overwritten."""

    id: int
    partner: str
    values: EntryValues
    version: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The result of an edit. `update_id` undoes it; without `changes` nothing was written."""

    partner_id: int
    partner: str
    what: Entry | RatingEntry | Promise
    changes: tuple[FieldChange, ...]
    before: Score
    after: Score
    update_id: int | None = None


def entry_to_edit(engine: Engine, caller: Caller, activity_id: int) -> EntryToEdit:
    """Load a ledger row for its edit form.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    with reading(engine) as session:
        row = _row(session, caller, activity_id)
        require_can_undo(caller, row.recorded_by)
        return EntryToEdit(row_id(row), get_partner(session, caller, row.partner_id).name, values_of(row), seen(row))


def values_of(row: Activity) -> EntryValues:
    """Return the editable values of a row."""
    return EntryValues(
        partner_id=row.partner_id,
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        title=row.title,
        note=row.note,
        medium=row.medium,
        value=row.value_minor,
        outcome=Outcome(row.outcome) if row.outcome else None,
        occurred_on=row.occurred_on,
        count=row.count,
    )


@retried
def edit_entry(engine: Engine, caller: Caller, activity_id: int, version: str, values: EntryValues) -> Edited:
    """Save an edit form. Unchanged values are neither written nor logged.

    Raises:
        NotAllowed: somebody else recorded it, somebody changed it since the form was opened, or a partner has ended.
        FieldError: a value makes no sense.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _row(session, caller, activity_id, also=[values.partner_id])
        require_can_undo(caller, row.recorded_by)
        must_be_as_seen(row, version)
        old = get_partner(session, caller, row.partner_id)
        partner = get_partner(session, caller, values.partner_id)
        before = get_score(session, caller, partner)
        new = _columns(caller, row, values, row_id(partner))
        if all(getattr(row, name) == value for name, value in new.items()):
            return Edited(row_id(partner), partner.name, Entry.of(row), (), before, before)
        if old.id != partner.id:
            require_not_ended(partner)
            log_change(session, caller, "partner", row_id(old), "record", row.title or row.kind, f"of {partner.name}")
        done = amend(session, caller, row, new)
        after = get_score(session, caller, partner)
        return Edited(row_id(partner), partner.name, Entry.of(row), done.changes, before, after, done.id)


def _row(session: Session, caller: Caller, activity_id: int, also: Collection[int] = ()) -> Activity:
    row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id, also=also)
    if row is None or row.voided_at:
        raise NotFound("That record is no longer in the ledger.")
    return row


def _columns(caller: Caller, row: Activity, values: EntryValues, partner_id: int) -> dict[str, Any]:
    """Return the columns to write."""
    _must_make_sense(caller, values)
    # The form may show white space differently; that alone is no change.
    texts = {
        name: old if (old or "") == (new or "") else clean(name, new)
        for name, old, new, clean in (
            ("title", row.title, values.title, clean_line),
            ("note", row.note, values.note, several_lines),
            ("medium", row.medium, values.medium, lambda field, text: clean_line(field, text) or None),
        )
    }
    outcome = str(values.outcome) if values.outcome else None
    return texts | {
        "partner_id": partner_id,
        "kind": str(values.kind),
        "direction": str(values.direction),
        "value_minor": values.value,
        "outcome": outcome,
        "outcome_on": _outcome_on(caller, row, outcome, values.occurred_on),
        "occurred_on": values.occurred_on,
        "count": values.count,
    }


def _outcome_on(caller: Caller, row: Activity, outcome: str | None, occurred_on: date) -> date | None:
    """Return the day of the outcome, never before the lead's own day."""
    if outcome is None:
        return None
    if outcome != row.outcome or row.outcome_on is None:
        return max(caller.today, occurred_on)
    return occurred_on if row.outcome_on == row.occurred_on else max(row.outcome_on, occurred_on)


def _must_make_sense(caller: Caller, values: EntryValues) -> None:
    is_referral = values.kind in REFERRAL_KINDS
    if is_referral and values.direction == Direction.JOINT:
        raise FieldError("direction", "A referral goes one way: from them to us, or from us to them.")
    if is_referral and values.outcome is None:
        raise FieldError("outcome", "Choose an outcome.")
    if not is_referral and (values.value is not None or values.outcome is not None):
        field = "value" if values.value is not None else "outcome"
        raise FieldError(field, f"Only referrals have {'a value' if field == 'value' else 'an outcome'}.")
    if values.value is not None and values.value < 0:
        raise FieldError("value", "A value can't be negative.")
    if not 1 <= values.count <= MOST_AT_ONCE:
        raise FieldError("count", f"Enter a whole number from 1 to {MOST_AT_ONCE:,}.")
    if values.occurred_on > last_day(caller.today):
        raise FieldError("occurred_on", "Choose a day within the next two years.")
