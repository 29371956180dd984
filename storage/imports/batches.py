"""Import batches, which can be undone as a whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Table
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, update

from storage.db import check_schedule
from storage.tables import Activity, ImportBatch, Partner, TrustRating

UNDONE_REASON = "its import was undone"
_CHUNK_SIZE = 1_000
_MAX_IDS = 5_000  # both databases limit the number of values in a statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportedActivity:
    """The ledger row of an imported activity."""

    id: int
    partner_id: int
    kind: str
    direction: str
    occurred_on: date
    count: int
    outcome: str | None
    value_minor: int | None
    title: str
    voided: bool
    outcome_on: date | None
    outcome_at: datetime | None
    file_values: str | None


def start_batch(
    session: Session, *, workspace_id: int, kind: str, file_name: str, by: str, now: datetime
) -> ImportBatch:
    """Create a batch for the rows of an import."""
    batch = ImportBatch(workspace_id=workspace_id, kind=kind, file_name=file_name, created_by=by, created_at=now)
    session.add(batch)
    session.flush()
    return batch


def taken_keys(
    session: Session, *, workspace_id: int, table: type[Activity] | type[TrustRating], keys: Collection[str]
) -> set[str]:
    """Return which of these source keys were already imported."""
    stored = select_columns(col(table.source_key)).where(col(table.workspace_id) == workspace_id)
    return {key for (key,) in _with_keys(session, stored, col(table.source_key), keys)}


def imported_activities(session: Session, *, workspace_id: int, keys: Collection[str]) -> dict[str, ImportedActivity]:
    """Return the ledger rows with these source keys, voided ones included."""
    stored = select_columns(
        col(Activity.source_key),
        col(Activity.id),
        col(Activity.partner_id),
        col(Activity.kind),
        col(Activity.direction),
        col(Activity.occurred_on),
        col(Activity.count),
        col(Activity.outcome),
        col(Activity.value_minor),
        col(Activity.title),
        col(Activity.voided_at).is_not(None),
        col(Activity.outcome_on),
        col(Activity.outcome_at),
        col(Activity.file_values),
    ).where(col(Activity.workspace_id) == workspace_id)
    return {key: ImportedActivity(*row) for key, *row in _with_keys(session, stored, col(Activity.source_key), keys)}


def keys_like(session: Session, *, workspace_id: int, prefix: str) -> list[str]:
    """Return the source keys of activities that begin with these letters."""
    key = col(Activity.source_key)
    wanted = select_columns(key).where(
        col(Activity.workspace_id) == workspace_id,
        key.startswith(prefix, autoescape=True),
        col(Activity.voided_at).is_(None),
    )
    return [found for (found,) in session.execute(wanted) if found is not None]


def set_source_keys(session: Session, *, workspace_id: int, keys: Mapping[int, str]) -> None:
    """Give activities the keys that they are known by from now on."""
    for row_id, key in keys.items():
        of = update(Activity).where(col(Activity.workspace_id) == workspace_id, col(Activity.id) == row_id)
        session.exec(of.values(source_key=key))


def _with_keys(
    session: Session, stored: Select[*tuple[Any, ...]], source_key: Mapped[str | None], keys: Collection[str]
) -> Iterator[Sequence[Any]]:
    """Return the stored rows with one of the keys. The first column of a row is its source key."""
    if len(keys) <= _CHUNK_SIZE:
        yield from session.execute(stored.where(source_key.in_(list(keys))))
        return
    # Without statistics on a freshly filled table, PostgreSQL compares each row with each key, which takes minutes.
    # Reading all keys takes a second or two in any case.
    wanted_keys = set(keys)
    every = session.execute(stored.where(source_key.is_not(None)).execution_options(yield_per=_MAX_IDS))
    yield from (row for row in every if row[0] in wanted_keys)


def in_chunks(values: Collection[T]) -> Iterator[list[T]]:
    """Split values into lists that fit in one statement."""
    listed = list(values)
    for begin in range(0, len(listed), _MAX_IDS):
        yield listed[begin : begin + _MAX_IDS]


def reactivate_partners(
    session: Session, *, workspace_id: int, partner_ids: Collection[int], batch_id: int
) -> dict[int, dict[str, Any]]:
    """Reactivate those partners that were ended because their import was undone, and assign them to this batch.

    Return their previous values by id.
    """
    check_schedule.request_check(session, workspace_id=workspace_id)
    were: dict[int, dict[str, Any]] = {}
    for chunk in in_chunks(partner_ids):
        asleep = select_columns(col(Partner.id), col(Partner.batch_id)).where(
            col(Partner.workspace_id) == workspace_id,
            col(Partner.id).in_(chunk),
            col(Partner.status) == "ended",
            col(Partner.status_reason) == UNDONE_REASON,
        )
        for partner_id, batch in session.execute(asleep):
            were[partner_id] = {"status": "ended", "status_reason": UNDONE_REASON, "batch_id": batch}
        session.exec(
            update(Partner)
            .where(
                col(Partner.workspace_id) == workspace_id,
                col(Partner.id).in_(chunk),
                col(Partner.status) == "ended",
                col(Partner.status_reason) == UNDONE_REASON,
            )
            .values(status="active", status_reason=None, batch_id=batch_id)
        )
    return were


def partner_tables() -> list[Table]:
    """Return every table with data about a partner, other than names, spellings, ids and notices."""
    own = ("partner", "partner_name", "partner_spelling", "partner_external_id", "signal_notice", "nudged_signal")
    return [
        table
        for table in SQLModel.metadata.sorted_tables
        if table.name not in own and any(key.column.table.name == "partner" for key in table.foreign_keys)
    ]
