"""Shared by activities and trust ratings: identify rows, resolve partners, insert or update."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel import Session

from bot.grammar.errors import quote
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.name_matching import LEAVE_OUT, NameAnswers
from bot.importing.report import RejectedRow
from bot.importing.spelling import learn_spelling
from bot.importing.table import Table
from storage.imports import batches
from storage.name_key import name_key
from storage.partners import names as partner_names
from storage.partners import partners
from storage.tables import Activity, TrustRating


class LedgerRow(Protocol):
    """A checked row of either kind. `place` is its index in the file's table."""

    @property
    def place(self) -> int: ...

    @property
    def partner(self) -> str: ...

    @property
    def external_id(self) -> str | None: ...

    def content(self) -> tuple[Any, ...]:
        """Return what identifies the row apart from its partner. The values do not depend on who imports."""
        ...


R = TypeVar("R", bound=LedgerRow)


@dataclass(frozen=True, slots=True)
class UpsertTarget(Generic[R]):
    """How to write rows of one kind: their table, the insert, and the update of known rows.

    `columns` returns the rows' table columns, without the partner and the columns every import sets. `renew` receives
    the known rows with external ids, by source key, and returns how many it changed.
    """

    table: type[Activity] | type[TrustRating]
    columns: Callable[[Sequence[R]], dict[str, Sequence[Any]]]
    write: Callable[..., None]
    renew: Callable[[Session, ImportContext, Mapping[str, R]], int]


def upsert_rows(session: Session, job: ImportContext, rows: Sequence[R], target: UpsertTarget[R]) -> ImportOutcome:
    """Insert new rows, update known ones, and report the rows that can be neither."""
    settled = ImportOutcome()
    keyed = _rows_by_key(rows, job.table, settled)
    imported_keys = batches.taken_keys(session, workspace_id=job.workspace_id, table=target.table, keys=keyed)
    partner_ids = partner_names.names_by_key(session, workspace_id=job.workspace_id, learnt=True)
    new_rows: list[tuple[str, str, R]] = []
    newcomers: dict[str, str] = {}
    key_of = lru_cache(None)(name_key)
    also: dict[tuple[str, str], int] = {}
    for source_key, row in keyed.items():
        # Check for known rows first: they stay known if their partner was renamed or merged since.
        if source_key in imported_keys:
            settled.known += 1
            continue
        key = key_of(row.partner)
        if key not in partner_ids and job.names is not None:
            if not _is_wanted(job.names, settled, key, row.partner, create=job.create_partners):
                continue
            if (meant := job.names.partner_of(key)) is not None:
                partner_ids[key] = also[key, row.partner] = meant
            else:
                newcomers.setdefault(key, row.partner)
        elif key not in partner_ids:
            if not job.create_partners:
                unknown = f"no partner called {quote(row.partner)}"
                settled.bad.append(job.table.row(row.place).refused("partner", unknown).row)
                continue
            newcomers.setdefault(key, row.partner)
        new_rows.append((source_key, key, row))
    settled.updated = target.renew(
        session, job, {key: row for key, row in keyed.items() if key in imported_keys and row.external_id}
    )
    settled.known -= settled.updated
    if job.dry_run:
        settled.added, settled.partners_added = len(new_rows), len(newcomers)
        return settled
    for (_, name), partner_id in also.items():
        learn_spelling(session, job, partner_id, name)
    if new_rows:
        _insert_rows(session, job, settled, new_rows, partner_ids, newcomers, target)
    return settled


def _is_wanted(names: NameAnswers, settled: ImportOutcome, key: str, name: str, *, create: bool) -> bool:
    """Return whether to import a row with an unknown name. If not, leave it out and count the question."""
    answer = names.answer(key)
    if answer is None and create and not names.close_to(key, name):
        return True
    if answer is None:
        names.doubt(settled.doubts, key, name)
    if answer in (None, LEAVE_OUT):
        settled.left_out += 1
        return False
    return True


def _insert_rows(
    session: Session,
    job: ImportContext,
    settled: ImportOutcome,
    new_rows: Sequence[tuple[str, str, R]],
    partner_ids: dict[str, int],
    newcomers: Mapping[str, str],
    target: UpsertTarget[R],
) -> None:
    batch_id = settled.batch_id = job.start_batch(session, added=len(new_rows))
    settled.added, settled.partners_added = len(new_rows), len(newcomers)
    if newcomers:
        ids = partners.add_many(
            session,
            workspace_id=job.workspace_id,
            rows=[{"name": name, "since_on": job.about.today, "status": "active"} for name in newcomers.values()],
            batch_id=batch_id,
            by=job.by,
            now=job.now,
        )
        partner_ids.update(zip(newcomers, ids, strict=True))
    source_keys, keys, rows = zip(*new_rows, strict=True)
    mentioned_ids = {partner_ids[key] for key in set(keys)}
    for partner_id, was in batches.reactivate_partners(
        session, workspace_id=job.workspace_id, partner_ids=mentioned_ids, batch_id=batch_id
    ).items():
        job.journal.cells("partner", partner_id, was, {"status": "active", "status_reason": None, "batch_id": batch_id})
    target.write(
        session,
        workspace_id=job.workspace_id,
        columns={"source_key": source_keys, "partner_id": [partner_ids[key] for key in keys], **target.columns(rows)},
        batch_id=batch_id,
        by=job.by,
        now=job.now,
    )


def _rows_by_key(rows: Sequence[R], table: Table, settled: ImportOutcome) -> dict[str, R]:
    """Return the rows by source key: their external id, else their content and position among equal rows."""
    keyed: dict[str, R] = {}
    places: Counter[bytes] = Counter()
    key_of = lru_cache(None)(name_key)
    as_text = json.JSONEncoder(default=str, ensure_ascii=False).encode
    for row in rows:
        if row.external_id is None:
            digest = hashlib.sha256(as_text((key_of(row.partner), *row.content())).encode())
            places[digest.digest()] += 1
            keyed[f"h:{digest.hexdigest()}:{places[digest.digest()]}"] = row
            continue
        earlier = keyed.setdefault(f"x:{row.external_id}", row)
        if earlier is row:
            continue
        if earlier.content() == row.content() and key_of(earlier.partner) == key_of(row.partner):
            settled.known += 1  # duplicates, as joins in exports produce
        else:
            settled.bad.append(_duplicate_row(table, row, earlier))
    return keyed


def _duplicate_row(table: Table, row: LedgerRow, earlier: LedgerRow) -> RejectedRow:
    line = table.row(earlier.place).line
    reason = f"the external id {quote(row.external_id or '')} is already used in line {line}"
    return table.row(row.place).refused("external_id", reason, "an external id that another row uses").row
