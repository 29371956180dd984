"""Imports as batches that can be taken out again."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.tables import Activity, ImportBatch, TrustRating


def start(session: Session, *, workspace_id: int, kind: str, file_name: str, by: str, now: datetime) -> ImportBatch:
    """A new batch, which its rows then name."""
    batch = ImportBatch(workspace_id=workspace_id, kind=kind, file_name=file_name, created_by=by, created_at=now)
    session.add(batch)
    session.flush()
    return batch


def taken_keys(
    session: Session, *, workspace_id: int, table: type[Activity] | type[TrustRating], keys: Collection[str]
) -> set[str]:
    """Of these source keys, those that an earlier import has put in."""
    return {
        key
        for key in session.exec(
            select(table.source_key).where(table.workspace_id == workspace_id, col(table.source_key).in_(keys))
        )
        if key
    }


def undo(session: Session, *, workspace_id: int, batch_id: int, by: str, now: datetime) -> int:
    """Void what a batch put into the ledger and the ratings; how many rows.

    Their source keys are freed, so that the same file can be imported again.
    """
    voided = 0
    for table in (Activity, TrustRating):
        rows = update(table).where(col(table.workspace_id) == workspace_id, col(table.batch_id) == batch_id)
        voided += session.exec(rows.where(col(table.voided_at).is_(None)).values(voided_at=now, voided_by=by)).rowcount
        session.exec(rows.values(source_key=None))
    session.exec(
        update(ImportBatch)
        .where(col(ImportBatch.workspace_id) == workspace_id, col(ImportBatch.id) == batch_id)
        .values(undone_at=now)
    )
    return voided
