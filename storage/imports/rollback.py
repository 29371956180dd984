"""Taking an import out again as if it had never been: only while nothing that came later stands on it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, delete, exists, func, select
from sqlmodel import Session, SQLModel, col

from storage.db import check_schedule
from storage.db.bulk import update_many
from storage.db.json_values import plain, stored
from storage.imports.batches import in_parts, tables_of_partners
from storage.tables import (
    Activity,
    Change,
    ImportBatch,
    Partner,
    PartnerName,
    PartnerSpelling,
    SignalNotice,
    TrustRating,
    Vertical,
)

MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Later work that stands on an import: about which partner, and what."""

    partner: str
    what: str


@dataclass(slots=True)
class Journal:
    """What an import changes of rows that were there before it, so that it can be put back."""

    _cells: list[list[Any]] = field(default_factory=list)
    _names: list[tuple[int, str]] = field(default_factory=list)
    _workspace_id: int = 0
    _last_change: int = 0
    _last_vertical: int = 0

    @property
    def has_cells(self) -> bool:
        """Whether anything that was there is changed."""
        return bool(self._cells or self._names)

    def cells(self, table: str, row_id: int, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """Note columns of a row: what they held, and what they hold now."""
        self._cells += [[table, row_id, name, plain(was[name]), plain(now[name])] for name in was]

    def named(self, partner_id: int, key: str) -> None:
        """Note an alias that a partner of before is given."""
        self._names.append((partner_id, key))

    def begin(self, session: Session, *, workspace_id: int) -> None:
        """Look how far the tables go whose rows are not counted one by one."""
        self._workspace_id = workspace_id
        self._last_change = session.scalar(select(func.max(col(Change.id)))) or 0
        self._last_vertical = session.scalar(select(func.max(col(Vertical.id)))) or 0

    def keep(self, session: Session, *, batch_id: int | None, by: str, now: datetime) -> None:
        """Write all that down at the batch."""
        if batch_id is None:
            return
        session.flush()
        noted = select(col(Change.id)).where(
            col(Change.workspace_id) == self._workspace_id,
            col(Change.id) > self._last_change,
            col(Change.changed_by) == by,
            col(Change.changed_at) == now,
        )
        made = select(col(Vertical.id)).where(
            col(Vertical.workspace_id) == self._workspace_id, col(Vertical.id) > self._last_vertical
        )
        kept = {
            "cells": self._cells,
            "names": self._names,
            "changes": list(session.scalars(noted)),
            "verticals": list(session.scalars(made)),
        }
        session.get_one(ImportBatch, batch_id).journal = json.dumps(kept)
        session.flush()


def take_back(session: Session, *, workspace_id: int, batch_id: int, now: datetime) -> list[Standing] | None:
    """Put the workspace's rows back to what they were before the import; only the batch itself stays, as undone.

    Returns what later stands on it, and then nothing was done; None where there is no such import that still stands.
    """
    batch = session.scalars(
        select(ImportBatch)
        .where(col(ImportBatch.workspace_id) == workspace_id, col(ImportBatch.id) == batch_id)
        .with_for_update()
    ).one_or_none()
    if batch is None or batch.undone_at is not None or batch.journal is None:
        return None
    journal = json.loads(batch.journal)
    if found := _standing(session, workspace_id, batch_id, journal):
        return found
    _put_back(session, workspace_id, batch_id, journal)
    check_schedule.soon(session, workspace_id=workspace_id)  # owners and statuses may be what they were
    batch.undone_at = now
    session.add(batch)
    return []


def _standing(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Standing]:
    found = [
        *_on_partners(session, workspace_id, batch_id, journal),
        *_on_rows(session, workspace_id, batch_id, journal),
        *_on_cells(session, workspace_id, journal),
    ]
    return list(dict.fromkeys(found))


def _on_partners(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Standing]:
    """What others wrote of the partners that came with the batch."""
    came = (
        (col(Partner.workspace_id) == workspace_id)
        & (col(Partner.batch_id) == batch_id)
        & col(Partner.id).not_in(_revived(journal))
    )
    found = []
    for table in tables_of_partners():
        its = (table.c.workspace_id == workspace_id) & (table.c.partner_id == col(Partner.id))
        later = select(col(Partner.name), func.count()).join(table, its).where(came)
        if "batch_id" in table.c:
            later = later.where(table.c.batch_id.is_distinct_from(batch_id))
        for name, number in session.execute(later.group_by(col(Partner.name))):
            found.append(Standing(name, f"{number} × {table.name.replace('_', ' ')}"))
    changed = (
        select(col(Partner.name))
        .join(Change, (col(Change.subject) == "partner") & (col(Change.subject_id) == col(Partner.id)))
        .where(came, col(Change.workspace_id) == workspace_id)
        .distinct()
    )
    return [*found, *(Standing(name, "the record was changed") for name in session.scalars(changed))]


def _on_rows(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Standing]:
    """What others did with the rows that came with the batch."""
    found = []
    for table, subject in ((Activity, "activity"), (TrustRating, "trust_rating")):
        own = (col(table.workspace_id) == workspace_id) & (col(table.batch_id) == batch_id)
        touched: ColumnElement[bool] = exists().where(
            col(Change.workspace_id) == workspace_id,
            col(Change.subject) == subject,
            col(Change.subject_id) == col(table.id),
        )
        for other, column in _pointing_at(table.__tablename__):
            touched = touched | exists().where(other.c[column] == col(table.id))
        named = (
            select(col(Partner.name))
            .join(table, (col(table.workspace_id) == workspace_id) & (col(table.partner_id) == col(Partner.id)))
            .where(own, touched)
            .distinct()
        )
        found += [Standing(name, "a row of the file was worked on") for name in session.scalars(named)]
    return found


def _on_cells(session: Session, workspace_id: int, journal: Mapping[str, Any]) -> list[Standing]:
    """What the import changed and others changed again."""
    found = []
    # The last word on a cell counts, should the file have changed one twice.
    last = {(table, row_id, name): new for table, row_id, name, _, new in journal["cells"]}
    rows = {name: _rows_of(session, workspace_id, name, last) for name in {table for table, _, _ in last}}
    for (table_name, row_id, name), new in last.items():
        row = rows[table_name].get(row_id)
        if row is None or plain(row[name]) != new:
            partner = session.get(Partner, row["id" if table_name == "partner" else "partner_id"]) if row else None
            found.append(Standing(partner.name if partner else "", f"{name.replace('_', ' ')} was changed"))
    return found


def _rows_of(
    session: Session, workspace_id: int, table_name: str, cells: Collection[tuple[str, int, str]]
) -> dict[int, RowMapping]:
    """The rows of one table as they are, by id."""
    table = SQLModel.metadata.tables[table_name]
    wanted = select(table).where(table.c.workspace_id == workspace_id)
    ids = {row_id for name, row_id, _ in cells if name == table_name}
    rows = (session.execute(wanted.where(table.c.id.in_(some))).mappings() for some in in_parts(ids))
    return {row["id"]: row for some in rows for row in some}


def _revived(journal: Mapping[str, Any]) -> Sequence[int]:
    """Partners that were there before, and were only woken by the batch."""
    return [row_id for table, row_id, name, _, _ in journal["cells"] if (table, name) == ("partner", "batch_id")]


def _pointing_at(table_name: str) -> list[tuple[Table, str]]:
    return [
        (table, key.parent.name)
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == table_name and key.column.name == "id"
    ]


def _put_cells_back(session: Session, workspace_id: int, journal: Mapping[str, Any]) -> None:
    before: dict[str, dict[int, dict[str, Any]]] = {}
    for table_name, row_id, name, old, _ in reversed(journal["cells"]):
        kind = SQLModel.metadata.tables[table_name].c[name].type
        # The first that it was counts.
        before.setdefault(table_name, {}).setdefault(row_id, {})[name] = stored(kind, old)
    for table_name, rows in before.items():
        update_many(session, SQLModel.metadata.tables[table_name], workspace_id=workspace_id, rows=rows.items())


def _put_back(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> None:
    for row in (Activity, TrustRating):
        session.execute(delete(row).where(col(row.workspace_id) == workspace_id, col(row.batch_id) == batch_id))
    came = list(
        session.scalars(
            select(col(Partner.id)).where(
                col(Partner.workspace_id) == workspace_id,
                col(Partner.batch_id) == batch_id,
                col(Partner.id).not_in(_revived(journal)),
            )
        )
    )
    _put_cells_back(session, workspace_id, journal)
    for partner_id, key in journal["names"]:
        session.execute(
            delete(PartnerName).where(
                col(PartnerName.workspace_id) == workspace_id,
                col(PartnerName.partner_id) == partner_id,
                col(PartnerName.key) == key,
            )
        )
    for some in in_parts(came):
        for named in (SignalNotice, PartnerName, PartnerSpelling):
            session.execute(
                delete(named).where(col(named.workspace_id) == workspace_id, col(named.partner_id).in_(some))
            )
        session.execute(delete(Partner).where(col(Partner.workspace_id) == workspace_id, col(Partner.id).in_(some)))
    for some in in_parts(journal["changes"]):
        session.execute(delete(Change).where(col(Change.workspace_id) == workspace_id, col(Change.id).in_(some)))
    used = exists().where(col(Partner.vertical_id) == col(Vertical.id))
    for some in in_parts(journal["verticals"]):
        session.execute(
            delete(Vertical).where(col(Vertical.workspace_id) == workspace_id, col(Vertical.id).in_(some), ~used)
        )
