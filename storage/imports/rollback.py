"""Roll back an import, provided nothing later depends on it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, delete, exists, func, select
from sqlmodel import Session, SQLModel, col

from storage.db import check_schedule
from storage.db.bulk import update_many
from storage.db.engine import for_update
from storage.db.json_values import plain, stored
from storage.db.locks import lock_all_partners, take_turn
from storage.imports.batches import in_chunks, partner_tables
from storage.tables import (
    Activity,
    ActivityContact,
    AuditEntry,
    ContactPerson,
    ImportBatch,
    NudgedSignal,
    Partner,
    PartnerDomain,
    PartnerExternalId,
    PartnerName,
    PartnerSpelling,
    SignalNotice,
    TrustRating,
    Vertical,
)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Later work that depends on an import: the partner, and what it is."""

    partner: str
    what: str


@dataclass(slots=True)
class ImportJournal:
    """The changes of an import to existing rows, to undo them later."""

    _cells: list[list[Any]] = field(default_factory=list)
    _names: list[tuple[int, str]] = field(default_factory=list)
    _spellings: list[tuple[int, str]] = field(default_factory=list)
    _ids: list[int] = field(default_factory=list)
    _workspace_id: int = 0
    _last_change: int = 0
    _last_vertical: int = 0

    @property
    def has_cells(self) -> bool:
        """Whether any existing row was changed."""
        return bool(self._cells or self._names or self._spellings or self._ids)

    def cells(self, table: str, row_id: int, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """Note columns of a row: what they held, and what they hold now."""
        self._cells += [[table, row_id, name, plain(was[name]), plain(now[name])] for name in was]

    def named(self, partner_id: int, key: str) -> None:
        """Record an alias added to an existing partner."""
        self._names.append((partner_id, key))

    def learnt(self, partner_id: int, key: str) -> None:
        """Record a spelling learnt for an existing partner."""
        self._spellings.append((partner_id, key))

    def given_ids(self, row_ids: Collection[int]) -> None:
        """Record external ids given to existing partners."""
        self._ids += row_ids

    def begin(self, session: Session, *, workspace_id: int) -> None:
        """Record the highest ids of tables whose new rows are not listed one by one."""
        self._workspace_id = workspace_id
        self._last_change = session.scalar(select(func.max(col(AuditEntry.id)))) or 0
        self._last_vertical = session.scalar(select(func.max(col(Vertical.id)))) or 0

    def keep(self, session: Session, *, batch_id: int | None, by: str, now: datetime) -> None:
        """Save the journal with the batch."""
        if batch_id is None:
            return
        session.flush()
        new_changes = select(col(AuditEntry.id)).where(
            col(AuditEntry.workspace_id) == self._workspace_id,
            col(AuditEntry.id) > self._last_change,
            col(AuditEntry.changed_by) == by,
            col(AuditEntry.changed_at) == now,
        )
        new_verticals = select(col(Vertical.id)).where(
            col(Vertical.workspace_id) == self._workspace_id, col(Vertical.id) > self._last_vertical
        )
        journal = {
            "cells": self._cells,
            "names": self._names,
            "spellings": self._spellings,
            "ids": self._ids,
            "changes": list(session.scalars(new_changes)),
            "verticals": list(session.scalars(new_verticals)),
        }
        session.get_one(ImportBatch, batch_id).journal = json.dumps(journal)
        session.flush()


def roll_back(session: Session, *, workspace_id: int, batch_id: int, now: datetime) -> list[Blocker] | None:
    """Restore the workspace's rows to their state before the import. The batch itself stays, marked as undone.

    Return the later work that depends on it; if there is any, nothing was changed. Return None if no such import is
    active.
    """
    take_turn(session, workspace_id=workspace_id)
    lock_all_partners(session, workspace_id=workspace_id)  # any of them may have rows of the import
    query = select(ImportBatch).where(col(ImportBatch.workspace_id) == workspace_id, col(ImportBatch.id) == batch_id)
    batch = session.scalars(for_update(session, query)).one_or_none()
    if batch is None or batch.undone_at is not None or batch.journal is None:
        return None
    journal = json.loads(batch.journal)
    if blockers := _find_blockers(session, workspace_id, batch_id, journal):
        return blockers
    _restore_rows(session, workspace_id, batch_id, journal)
    check_schedule.request_check(session, workspace_id=workspace_id)  # owners and statuses may have changed back
    batch.undone_at = now
    session.add(batch)
    return []


def _find_blockers(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Blocker]:
    blockers = [
        *_partner_blockers(session, workspace_id, batch_id, journal),
        *_row_blockers(session, workspace_id, batch_id, journal),
        *_cell_blockers(session, workspace_id, journal),
    ]
    return list(dict.fromkeys(blockers))


def _partner_blockers(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Blocker]:
    """Return what others wrote about partners that the batch added."""
    is_new = (
        (col(Partner.workspace_id) == workspace_id)
        & (col(Partner.batch_id) == batch_id)
        & col(Partner.id).not_in(_revived_partners(journal))
    )
    blockers = []
    for table in partner_tables():
        same_partner = (table.c.workspace_id == workspace_id) & (table.c.partner_id == col(Partner.id))
        later = select(col(Partner.name), func.count()).join(table, same_partner).where(is_new)
        if "batch_id" in table.c:
            later = later.where(table.c.batch_id.is_distinct_from(batch_id))
        for name, number in session.execute(later.group_by(col(Partner.name))):
            blockers.append(Blocker(name, f"{number} × {table.name.replace('_', ' ')}"))
    changed = (
        select(col(Partner.name))
        .join(AuditEntry, (col(AuditEntry.subject) == "partner") & (col(AuditEntry.subject_id) == col(Partner.id)))
        .where(is_new, col(AuditEntry.workspace_id) == workspace_id)
        .distinct()
    )
    return [*blockers, *(Blocker(name, "the record was changed") for name in session.scalars(changed))]


def _row_blockers(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> list[Blocker]:
    """Return what others did with rows that the batch added."""
    blockers = []
    tables = ((Activity, "activity"), (TrustRating, "trust_rating"), (ContactPerson, "contact_person"))
    for table, subject in tables:
        own = (col(table.workspace_id) == workspace_id) & (col(table.batch_id) == batch_id)
        touched: ColumnElement[bool] = exists().where(
            col(AuditEntry.workspace_id) == workspace_id,
            col(AuditEntry.subject) == subject,
            col(AuditEntry.subject_id) == col(table.id),
        )
        for other, column in _referencing_columns(table.__tablename__):
            refers = other.c[column] == col(table.id)
            if "batch_id" in other.c:
                refers = refers & other.c.batch_id.is_distinct_from(batch_id)
            touched = touched | exists().where(refers)
        names = (
            select(col(Partner.name))
            .join(table, (col(table.workspace_id) == workspace_id) & (col(table.partner_id) == col(Partner.id)))
            .where(own, touched)
            .distinct()
        )
        blockers += [Blocker(name, "a row of the file was worked on") for name in session.scalars(names)]
    return blockers


def _cell_blockers(session: Session, workspace_id: int, journal: Mapping[str, Any]) -> list[Blocker]:
    """Return the import's changes that others changed again."""
    blockers = []
    # If the file changed a cell twice, the last value counts.
    last = {(table, row_id, name): new for table, row_id, name, _, new in journal["cells"]}
    rows = {name: _rows_of(session, workspace_id, name, last) for name in {table for table, _, _ in last}}
    for (table_name, row_id, name), new in last.items():
        row = rows[table_name].get(row_id)
        if row is None or plain(row[name]) != new:
            partner = session.get(Partner, row["id" if table_name == "partner" else "partner_id"]) if row else None
            blockers.append(Blocker(partner.name if partner else "", f"{name.replace('_', ' ')} was changed"))
    return blockers


def _rows_of(
    session: Session, workspace_id: int, table_name: str, cells: Collection[tuple[str, int, str]]
) -> dict[int, RowMapping]:
    """Return the current rows of a table by id."""
    table = SQLModel.metadata.tables[table_name]
    query = select(table).where(table.c.workspace_id == workspace_id)
    ids = {row_id for name, row_id, _ in cells if name == table_name}
    rows = (session.execute(query.where(table.c.id.in_(chunk))).mappings() for chunk in in_chunks(ids))
    return {row["id"]: row for chunk in rows for row in chunk}


def _revived_partners(journal: Mapping[str, Any]) -> Sequence[int]:
    """Return the partners that existed before and were only reactivated by the batch."""
    return [row_id for table, row_id, name, _, _ in journal["cells"] if (table, name) == ("partner", "batch_id")]


def _referencing_columns(table_name: str) -> list[tuple[Table, str]]:
    return [
        (table, key.parent.name)
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == table_name and key.column.name == "id"
    ]


def _restore_cells(session: Session, workspace_id: int, journal: Mapping[str, Any]) -> None:
    before: dict[str, dict[int, dict[str, Any]]] = {}
    for table_name, row_id, name, old, _ in reversed(journal["cells"]):
        kind = SQLModel.metadata.tables[table_name].c[name].type
        # The first that it was counts.
        before.setdefault(table_name, {}).setdefault(row_id, {})[name] = stored(kind, old)
    for table_name, rows in before.items():
        update_many(session, SQLModel.metadata.tables[table_name], workspace_id=workspace_id, rows=rows.items())


def _restore_rows(session: Session, workspace_id: int, batch_id: int, journal: Mapping[str, Any]) -> None:
    for row in (ActivityContact, Activity, TrustRating, ContactPerson, PartnerDomain):
        session.execute(delete(row).where(col(row.workspace_id) == workspace_id, col(row.batch_id) == batch_id))
    came = list(
        session.scalars(
            select(col(Partner.id)).where(
                col(Partner.workspace_id) == workspace_id,
                col(Partner.batch_id) == batch_id,
                col(Partner.id).not_in(_revived_partners(journal)),
            )
        )
    )
    _restore_cells(session, workspace_id, journal)
    # Journals of older versions have no spellings and no ids.
    for table, listed in ((PartnerName, journal["names"]), (PartnerSpelling, journal.get("spellings", ()))):
        for partner_id, key in listed:
            session.execute(
                delete(table).where(
                    col(table.workspace_id) == workspace_id, col(table.partner_id) == partner_id, col(table.key) == key
                )
            )
    for chunk in in_chunks(journal.get("ids", ())):
        own = (col(PartnerExternalId.workspace_id) == workspace_id, col(PartnerExternalId.id).in_(chunk))
        session.execute(delete(PartnerExternalId).where(*own))
    for chunk in in_chunks(came):
        for model in (NudgedSignal, SignalNotice, PartnerName, PartnerSpelling, PartnerExternalId):
            session.execute(
                delete(model).where(col(model.workspace_id) == workspace_id, col(model.partner_id).in_(chunk))
            )
        session.execute(delete(Partner).where(col(Partner.workspace_id) == workspace_id, col(Partner.id).in_(chunk)))
    for chunk in in_chunks(journal["changes"]):
        session.execute(
            delete(AuditEntry).where(col(AuditEntry.workspace_id) == workspace_id, col(AuditEntry.id).in_(chunk))
        )
    used = exists().where(col(Partner.vertical_id) == col(Vertical.id))
    for chunk in in_chunks(journal["verticals"]):
        session.execute(
            delete(Vertical).where(col(Vertical.workspace_id) == workspace_id, col(Vertical.id).in_(chunk), ~used)
        )
