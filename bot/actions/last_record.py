"""Undo the last record that somebody made, of any kind and from anywhere."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity import promises
from bot.actions.activity.amendments import PutBack, put_back
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.activity.undo import UndoResult, void_activity
from bot.actions.caller import Caller
from bot.actions.economics import costs
from bot.actions.economics.costs import CostResult
from bot.actions.partner_values import SaveResult
from bot.scores.models import Promise
from scoring.vocabulary import Side
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import latest
from storage.ledger.latest import Written
from storage.tables import Activity, Amendment, Cost, NextStep, TrustRating

WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class UndoneLast:
    """The caller's last record and the result of undoing it. `what` is None for a cost or an update, which `done`
    describes."""

    what: Entry | RatingEntry | Promise | None
    done: UndoResult | PutBack | SaveResult | CostResult


def last_record(engine: Engine, caller: Caller, within: timedelta = WITHIN) -> Written | None:
    """Find the caller's last record that was not undone, read-only. None if they made none lately."""
    with reading(engine) as session:
        found = _last(session, caller, within)
        if found is not None:
            session.expunge(found)
        return found


@retried
def undo_last(engine: Engine, caller: Caller, within: timedelta = WITHIN) -> UndoneLast | None:
    """Undo the caller's last ledger row, rating, promise, cost or update. None if they made none lately.

    Raises:
        NotAllowed: it is an update of a row that somebody changed since.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _last(session, caller, within)
        if row is None:
            return None
        if isinstance(row, Activity):
            return UndoneLast(Entry.of(row), void_activity(session, caller, row))
        if isinstance(row, TrustRating):
            return UndoneLast(
                RatingEntry(row.id or 0, Side(row.side), row.level, row.note), void_activity(session, caller, row)
            )
        if isinstance(row, NextStep):
            return UndoneLast(promises.promise_of(row), promises.void_promise(session, caller, row))
        if isinstance(row, Cost):
            return UndoneLast(None, costs.void(session, caller, row))
        assert isinstance(row, Amendment)
        return UndoneLast(None, put_back(session, caller, row))


def _last(session: Session, caller: Caller, within: timedelta) -> Written | None:
    return latest.last_by(session, workspace_id=caller.team.id, by=caller.user_id, since=caller.now - within)
