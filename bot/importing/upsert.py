"""Shared by activities and trust ratings: identify rows, resolve partners, insert or update."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from sqlmodel import Session

from bot.formatting import format_day
from bot.grammar.errors import quote
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.name_matching import LEAVE_OUT, NameAnswers, is_like
from bot.importing.report import Correction
from bot.importing.row_keys import LedgerRow, RowKeys
from bot.importing.spelling import learn_spelling
from storage.imports import batches
from storage.imports.batches import ImportedActivity
from storage.ledger import automatic
from storage.ledger.source_keys import row_kind, unsourced_key
from storage.name_key import name_key, twin_key
from storage.partners import names as partner_names
from storage.partners import partners
from storage.tables import Activity, TrustRating

R = TypeVar("R", bound=LedgerRow)


class Match(NamedTuple, Generic[R]):
    """A row of the file, and the row of the ledger that it is."""

    row: R
    stored: ImportedActivity


@dataclass(frozen=True, slots=True)
class UpsertTarget(Generic[R]):
    """How to write rows of one kind: their table, the insert, and the update of known rows.

    `columns` returns the rows' table columns as of today, without the partner and the columns every import sets.
    `renew` corrects the rows that are known by their id, and returns what changed; what it keeps goes to the outcome.
    `name_people` names contact persons at new rows: (row, partner, names).
    """

    table: type[Activity] | type[TrustRating]
    columns: Callable[[Sequence[R], date], dict[str, Sequence[Any]]]
    write: Callable[..., None]
    renew: Callable[[Session, ImportContext, Sequence[Match[R]], ImportOutcome], list[Correction]]
    is_unchanged: Callable[[R, ImportedActivity], bool]
    name_people: Callable[[Session, ImportContext, int, Sequence[tuple[int, int, Sequence[str]]]], None] | None = None


class PartnerIndex:
    """All partners of the workspace by name, and what people answered about unknown names."""

    def __init__(self, session: Session, job: ImportContext) -> None:
        self._session, self._job = session, job
        self.by_key = partner_names.names_by_key(session, workspace_id=job.workspace_id, learnt=True)
        self._names: dict[int, list[str]] = {}
        self.key_of = lru_cache(None)(self._key_of)

    def _key_of(self, name: str) -> str:
        """Return the key of a name: that of exactly this spelling where two partners have the name."""
        twin = twin_key(name)
        return twin if twin in self.by_key else name_key(name)

    def find(self, name: str) -> int | None:
        """Return the id of the partner with that name, or the one that a person chose for it."""
        key = self.key_of(name)
        if key in self.by_key:
            return self.by_key[key]
        return self._job.names.partner_of(key) if self._job.names is not None else None

    def names_of(self, partner_id: int) -> list[str]:
        """Return a partner's names, its own one first."""
        if not self._names:
            rows = partner_names.list_names_with_kind(self._session, workspace_id=self._job.workspace_id)
            for name, of, _ in sorted(rows, key=lambda row: row[2]):
                self._names.setdefault(of, []).append(name)
        return self._names.get(partner_id, ["another partner"])


def upsert_rows(session: Session, job: ImportContext, rows: Sequence[R], target: UpsertTarget[R]) -> ImportOutcome:
    """Insert new rows, update known ones, and report the rows that can be neither."""
    settled = ImportOutcome()
    index = PartnerIndex(session, job)
    keys = RowKeys(session, job, target.table)
    keyed = keys.rows_by_key(rows, settled)
    new_rows: list[tuple[str, str, R]] = []
    newcomers: dict[str, str] = {}
    also: dict[tuple[str, str], int] = {}
    matches = _find_known(job, index, keys, keyed, target, settled)
    known = {id(match.row) for match in matches}
    for source_key, row in keyed.items():
        # Check for known rows first: they stay known if their partner was renamed or merged since.
        if id(row) in known or source_key in keys.settled:
            continue
        key = index.key_of(row.partner)
        if key not in index.by_key and job.names is not None:
            if not _is_wanted(job.names, settled, key, row.partner, create=job.create_partners):
                continue
            if (meant := job.names.partner_of(key)) is not None:
                index.by_key[key] = also[key, row.partner] = meant
            else:
                newcomers.setdefault(key, row.partner)
        elif key not in index.by_key:
            if not job.create_partners:
                unknown = f"no partner called {quote(row.partner)}"
                settled.bad.append(job.table.row(row.place).refused("partner", unknown).row)
                continue
            newcomers.setdefault(key, row.partner)
        new_rows.append((source_key, key, row))
    settled.corrections = target.renew(session, job, matches, settled)
    settled.updated = len(settled.corrections)
    settled.known += len(matches) - settled.updated
    if job.dry_run:
        settled.added, settled.partners_added = len(new_rows), len(newcomers)
        return settled
    keys.give_keys(session, job)
    for (_, name), partner_id in also.items():
        learn_spelling(session, job, partner_id, name)
    if new_rows:
        _insert_rows(session, job, settled, new_rows, index.by_key, newcomers, target)
    return settled


def _find_known(
    job: ImportContext,
    index: PartnerIndex,
    keys: RowKeys,
    keyed: Mapping[str, R],
    target: UpsertTarget[R],
    settled: ImportOutcome,
) -> list[Match[R]]:
    """Return the rows whose ledger row is known and may be corrected; count and report the others that are known."""
    matches: list[Match[R]] = []
    for key, row in keyed.items():
        stored = keys.stored.get(key)
        if stored is None and row.external_id is not None:
            # An id from before sources were kept is that of the first system that names it for the same partner.
            stored = keys.stored.get(unsourced_key(row.external_id))
            if stored is not None and (
                row_kind(stored.kind) != row_kind(getattr(row, "kind", ""))
                or stored.id in keys.given
                or index.find(row.partner) != stored.partner_id
            ):
                stored = None
            if stored is not None:
                keys.given[stored.id] = (unsourced_key(row.external_id), key)
        if stored is None:
            if keys.is_known(key):
                settled.known += 1
                keys.settled.add(key)
            continue
        if row.external_id is not None and (reason := _other_partner(index, row, stored, target, keys)):
            settled.bad.append(job.table.row(row.place).refused("external_id", reason, "another partner's id").row)
            keys.settled.add(key)
            continue
        matches.append(Match(row, stored))
    return matches


def _other_partner(
    index: PartnerIndex, row: R, stored: ImportedActivity, target: UpsertTarget[R], keys: RowKeys
) -> str | None:
    """Return the reason why a row with a known id can't be that of its partner, or None."""
    found = index.find(row.partner)
    if found == stored.partner_id:
        return None
    names = index.names_of(stored.partner_id)
    if found is None and (target.is_unchanged(row, stored) or any(is_like(row.partner, name) for name in names)):
        return None  # its partner goes by another name now
    moved = keys.edits.get(stored.id, {}).get("partner_id")
    if moved is not None and (moved.before, moved.after) == (found, stored.partner_id):
        return None  # a person gave it to another partner since
    return f"{quote(row.external_id or '')} is already the id of {describe_row(names[0], stored)}"


def describe_row(partner: str, stored: ImportedActivity) -> str:
    """Say which row of the ledger it is: Acme Legal's referral “Northwind” of 5 Jan 2026."""
    title = f" {quote(stored.title)}" if stored.title else ""
    return f"{partner}'s {stored.kind.replace('_', ' ')}{title} of {format_day(stored.occurred_on)}"


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
    columns = target.columns(rows, job.about.today)
    target.write(
        session,
        workspace_id=job.workspace_id,
        columns={"source_key": source_keys, "partner_id": [partner_ids[key] for key in keys], **columns},
        batch_id=batch_id,
        by=job.by,
        now=job.now,
    )
    if target.name_people is not None:
        named = {key: row.contacts for key, row in zip(source_keys, rows, strict=True) if row.contacts}
        stored = batches.imported_activities(session, workspace_id=job.workspace_id, keys=named)
        at = [(stored[key].id, stored[key].partner_id, names) for key, names in named.items()]
        target.name_people(session, job, batch_id, at)
    if target.table is Activity:
        automatic.settle(session, workspace_id=job.workspace_id, now=job.now, partner_ids=mentioned_ids)
