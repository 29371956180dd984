"""Read and update the outcome of a referral."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import Updated, amend
from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, row_id
from bot.errors import NotFound
from scoring.vocabulary import REFERRAL_KINDS, Outcome
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities, amendments
from storage.tables import Activity

SLIP_WINDOW = timedelta(days=30)
"""An outcome that another took the place of for no longer than this is taken for a slip when it is set again."""


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


@retried
def set_outcome(
    engine: Engine, caller: Caller, activity_id: int, outcome: Outcome, value: int | None = None
) -> OutcomeChange:
    """Set the outcome of a referral as of today, and its `value` in minor units if given."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _load_referral(session, caller, activity_id)
        partner = get_partner(session, caller, row.partner_id)
        old = Outcome(row.outcome) if row.outcome else None
        done = update_outcome(session, caller, row, outcome, value)
        return OutcomeChange(row_id(partner), partner.name, Entry.of(row), old, done.id if done else None)


def update_outcome(
    session: Session,
    caller: Caller,
    row: Activity,
    outcome: Outcome | None,
    value: int | None,
    *,
    on: date | None = None,
) -> Updated | None:
    """Set outcome and value as of a day, by default today, and keep the way back. None leaves either as it is.

    An outcome that was left by mistake is again of the day that it was of.
    """
    new: dict[str, Any] = {}
    if outcome is not None and outcome != row.outcome:
        new = {"outcome": outcome, "outcome_on": on or _outcome_day(session, caller, row, outcome)}
    if value is not None and value != row.value_minor:
        new["value_minor"] = value
    return amend(session, caller, row, new) if new else None


def _outcome_day(session: Session, caller: Caller, row: Activity, outcome: Outcome) -> date:
    """Return the day of an outcome that is set now: the one it had, if it was left for another only lately."""
    last = amendments.last_change_of(
        session, workspace_id=caller.team.id, subject="activity", subject_id=row_id(row), column="outcome"
    )
    if last is not None and caller.now - last.amended_at <= SLIP_WINDOW:
        before = amendments.columns("activity", last.before)
        if before["outcome"] == outcome and before.get("outcome_on"):
            return cast(date, before["outcome_on"])
    return max(caller.today, row.occurred_on)


def _load_referral(session: Session, caller: Caller, activity_id: int) -> Activity:
    row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id)
    if row is None or row.voided_at or row.kind not in REFERRAL_KINDS:
        raise NotFound("That referral is no longer in the ledger.")
    return row
