"""The last thing a person recorded, of any type."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.db.engine import needs_locks
from storage.db.locks import get_of_partner
from storage.ledger import amendments
from storage.tables import Activity, Amendment, Cost, NextStep, TrustRating

Written = Activity | TrustRating | NextStep | Cost | Amendment


def last_by(session: Session, *, workspace_id: int, by: str, since: datetime) -> Written | None:
    """Return the last row that a person recorded since an instant and that can be undone.

    A promise made with an activity is undone with it, and is not returned on its own.
    """
    while candidates := list(_lasts(session, workspace_id, by, since)):
        row = max(candidates, key=lambda candidate: candidate[:2])[2]
        kept = _locked(session, row) if needs_locks(session) else row
        if kept is not None:  # nobody has undone it meanwhile
            return kept
    return None


def _locked(session: Session, row: Written) -> Written | None:
    """Lock a row and return it, or None if it was undone meanwhile."""
    of: dict[str, Any] = {"workspace_id": row.workspace_id}
    if isinstance(row, Amendment):
        kept = amendments.get(session, **of, amendment_id=row.id or 0)
        return kept if kept is not None and kept.undone_at is None else None
    found: Any = get_of_partner(session, select(type(row)).where(type(row).id == row.id).filter_by(**of))
    return found if found is not None and found.voided_at is None else None


def _lasts(session: Session, workspace_id: int, by: str, since: datetime) -> Iterator[tuple[datetime, int, Written]]:
    # At the same instant an amendment is later than the row that it amends.
    kinds: tuple[tuple[Any, str, str, str], ...] = (
        (Activity, "recorded_at", "recorded_by", "voided_at"),
        (TrustRating, "recorded_at", "recorded_by", "voided_at"),
        (Cost, "recorded_at", "recorded_by", "voided_at"),
        (NextStep, "created_at", "promised_by", "voided_at"),
        (Amendment, "amended_at", "amended_by", "undone_at"),
    )
    for rank, (table, recorded_at, recorded_by, voided_at) in enumerate(kinds):
        query = select(table).where(
            table.workspace_id == workspace_id,
            col(getattr(table, recorded_by)) == by,
            col(getattr(table, recorded_at)) >= since,
            col(getattr(table, voided_at)).is_(None),
        )
        if table is NextStep:
            query = query.where(col(NextStep.activity_id).is_(None), col(NextStep.done_at).is_(None))
        row = session.exec(
            query.order_by(col(getattr(table, recorded_at)).desc(), col(table.id).desc()).limit(1)
        ).first()
        if row is not None:
            yield getattr(row, recorded_at), rank, row
