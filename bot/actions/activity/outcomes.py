"""Read and update the outcome of a referral."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import amend
from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_change, row_id
from bot.errors import NotFound
from bot.formatting import format_money
from scoring.vocabulary import REFERRAL_KINDS, Outcome
from storage.db.engine import reading, writing
from storage.ledger import activities
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A referral with its outcome now and before. `update_id` undoes it; None where nothing changed."""

    partner_id: int
    partner: str
    entry: Entry
    old: Outcome | None
    update_id: int | None = None


def get_referral(engine: Engine, caller: Caller, activity_id: int) -> OutcomeChange:
    """Load a referral."""
    with reading(engine) as session:
        row = _load_referral(session, caller, activity_id)
        partner = get_partner(session, caller, row.partner_id)
        return OutcomeChange(row_id(partner), partner.name, Entry.of(row), None)


def set_outcome(
    engine: Engine, caller: Caller, activity_id: int, outcome: Outcome, value: int | None = None
) -> OutcomeChange:
    """Set the outcome of a referral as of today, and its `value` in minor units if given."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _load_referral(session, caller, activity_id)
        partner = get_partner(session, caller, row.partner_id)
        old = Outcome(row.outcome) if row.outcome else None
        new: dict[str, Any] = {}
        if outcome != old:
            new = {"outcome": outcome, "outcome_on": max(caller.today, row.occurred_on)}
        if value is not None and value != row.value_minor:
            new["value_minor"] = value
        done = amend(session, caller, row, new) if new else None
        return OutcomeChange(row_id(partner), partner.name, Entry.of(row), old, done.id if done else None)


def update_outcome(
    session: Session,
    caller: Caller,
    row: Activity,
    outcome: Outcome | None,
    value: int | None,
    *,
    on: date | None = None,
) -> None:
    """Set outcome and value as of a day, by default today. None leaves either as it is."""
    old = Outcome(row.outcome) if row.outcome else None
    if outcome is not None and outcome != old:
        log_change(session, caller, "activity", row_id(row), "outcome", old, outcome)
        row.outcome, row.outcome_on = outcome, on or max(caller.today, row.occurred_on)
        row.outcome_at = caller.now
    if value is not None and value != row.value_minor:
        was = None if row.value_minor is None else format_money(row.value_minor, caller.team.currency)
        log_change(session, caller, "activity", row_id(row), "value", was, format_money(value, caller.team.currency))
        row.value_minor = value
    session.add(row)
    session.flush()


def _load_referral(session: Session, caller: Caller, activity_id: int) -> Activity:
    row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id)
    if row is None or row.voided_at or row.kind not in REFERRAL_KINDS:
        raise NotFound("That referral is no longer in the ledger.")
    return row
