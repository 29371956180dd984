"""Check and import the rows of a partners file: add new partners, fill empty fields of known ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.forms.partner_fields import FIELDS
from bot.grammar.errors import quote
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.name_matching import LEAVE_OUT
from bot.importing.report import RejectedRow
from bot.importing.spelling import learn_spelling
from bot.importing.table import Row, RowRejected, Table
from scoring.vocabulary import Status
from storage.imports import batches
from storage.name_key import name_key
from storage.partners import audit_log, partners, spellings, verticals
from storage.partners import names as partner_names
from storage.tables import Partner

# Columns that a row may fill if they are empty. The vertical has its own table.
FILLABLE_FIELDS = ("vertical_id", "owner", "cadence_days", "wiifm_us", "wiifm_them", "wiifm_clients", "external_id")
_LABELS = {name: field.label for name, field in FIELDS.items()} | {
    "vertical_id": FIELDS["vertical"].label,
    "external_id": "external id",
    "status": "status",
}


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A checked row."""

    source: Row
    name: str
    vertical: str | None
    since: date | None
    status: str | None
    aliases: tuple[str, ...]
    fields: dict[str, Any]


def check_rows(table: Table) -> Iterator[PartnerRow | RejectedRow]:
    """Return each row's values, or the reason it was rejected."""
    for row in table:
        try:
            yield _read_row(row)
        except RowRejected as refused:
            yield refused.row


def _read_row(row: Row) -> PartnerRow:
    return PartnerRow(
        source=row,
        name=row.need("name"),
        vertical=row.get("vertical") or None,
        since=row.get("since"),
        status=row.get("status"),
        aliases=row.get("aliases") or (),
        fields={name: row.get(name) for name in FILLABLE_FIELDS if name != "vertical_id"},
    )


@dataclass(slots=True, eq=False)
class _PendingPartner:
    """A partner after the import: stored (`row`), or to be added."""

    name: str
    fields: dict[str, Any]
    row: Partner | None = None


class _PartnerIndex:
    """All partners of the workspace by name and external id, with the file's changes."""

    def __init__(self, session: Session, job: ImportContext) -> None:
        self.session, self.job = session, job
        stored = self.stored = {
            partner.id: _PendingPartner(
                partner.name, {name: getattr(partner, name) for name in FILLABLE_FIELDS}, partner
            )
            for partner in partners.list_partners(session, workspace_id=job.workspace_id)
        }
        ids_by_key = partner_names.names_by_key(session, workspace_id=job.workspace_id)
        # On PostgreSQL another transaction may have added the name since; the database then rejects ours.
        self.by_key = {key: stored[partner_id] for key, partner_id in ids_by_key.items() if partner_id in stored}
        learnt = spellings.by_key(session, workspace_id=job.workspace_id)
        self.learnt = {key: stored[partner_id] for key, partner_id in learnt.items() if partner_id in stored}
        self.by_external = {
            pending.fields["external_id"]: pending for pending in stored.values() if pending.fields["external_id"]
        }
        merged = partners.merged_external_ids(session, workspace_id=job.workspace_id)
        self.by_external |= {external: stored[id] for external, id in merged.items() if id in stored}
        self.added: list[_PendingPartner] = []
        self.aliases: list[tuple[_PendingPartner, str]] = []
        self.spellings: list[tuple[_PendingPartner, str]] = []
        self._verticals: dict[str, int | None] = {}

    def wants(self, row: PartnerRow, settled: ImportOutcome) -> bool:
        """Return whether to import the row: not if its name is undecided or was left out."""
        names, key = self.job.names, name_key(row.name)
        external = row.fields["external_id"]
        is_known = key in self.by_key or key in self.learnt
        if names is None or is_known or (external and external in self.by_external):
            return True
        answer = names.answer(key)
        if answer is None and names.close_to(key, row.name):
            names.doubt(settled.doubts, key, row.name)
            return False
        return answer != LEAVE_OUT

    def take(self, row: PartnerRow) -> tuple[_PendingPartner, bool]:
        """Return the row's partner, and whether the row changed a stored one. Raise `RowRejected`."""
        partner = self._find(row)
        names = [(alias, key) for alias in (row.name, *row.aliases) if (key := name_key(alias))]
        for spelling, key in names:
            other = self.by_key.get(key)
            if other is not None and other is not partner:
                field = "name" if spelling == row.name else "aliases"
                raise row.source.refused(
                    field, f"{quote(spelling)} is a name of {quote(other.name)}", "a name of another partner"
                )
        is_new = partner is None
        if partner is None:
            partner = self._add(row)
        filled = self._fill(partner, row)
        if partner.row is not None and (partner.row.status, partner.row.status_reason) == (
            Status.ENDED,
            batches.UNDONE_REASON,
        ):
            partner.row.status, partner.row.status_reason = Status.ACTIVE.value, None
            was = {"status": Status.ENDED.value, "status_reason": batches.UNDONE_REASON}
            self._journal(partner.row, was, {"status": Status.ACTIVE.value, "status_reason": None})
            filled.append(("status", Status.ACTIVE.value))
        named, is_learnt = name_key(row.name), False
        if named not in self.by_key and self._meant(named) is partner:
            # What a person said of a name is how somebody wrote it once, and no other name of the partner.
            names = [(spelling, key) for spelling, key in names if key != named]
            if is_learnt := named not in self.learnt:
                self.learnt[named] = partner
                self.spellings.append((partner, row.name))
        for spelling, key in names:
            if key not in self.by_key:
                self.by_key[key] = partner
                self.aliases.append((partner, spelling))
                filled.append(("aliases", spelling))
        if partner.row is not None:
            self._note(partner.row, filled)
        return partner, (is_learnt or bool(filled)) and not is_new and partner.row is not None

    def _find(self, row: PartnerRow) -> _PendingPartner | None:
        external_id = row.fields["external_id"]
        if external_id and (by_external_id := self.by_external.get(external_id)):
            return by_external_id
        by_name = self.by_key.get(name_key(row.name)) or self._meant(name_key(row.name))
        if by_name and external_id and by_name.fields["external_id"]:
            theirs = quote(by_name.fields["external_id"])
            raise row.source.refused(
                "external_id",
                f"{quote(row.name)} already has the external id {theirs}",
                "a partner with another external id",
            )
        return by_name

    def _meant(self, key: str) -> _PendingPartner | None:
        """Return the partner that a person chose for the name, now or before."""
        meant = self.job.names.partner_of(key) if self.job.names else None
        return self.stored.get(meant) if meant is not None else self.learnt.get(key)

    def _add(self, row: PartnerRow) -> _PendingPartner:
        fields = dict.fromkeys(FILLABLE_FIELDS) | {
            "since_on": row.since or self.job.about.today,
            "status": row.status or Status.ACTIVE.value,
        }
        partner = _PendingPartner(row.name, fields)
        self.by_key[name_key(row.name)] = partner
        self.added.append(partner)
        return partner

    def _fill(self, partner: _PendingPartner, row: PartnerRow) -> list[tuple[str, str]]:
        """Fill the partner's empty fields from the row. Return the fields with their new values as text."""
        filled = []
        new_values = row.fields | {"vertical_id": row.vertical}
        for name in FILLABLE_FIELDS:
            if new_values[name] is None or (partner.fields[name] is not None and partner.fields[name] != ""):
                continue
            if name == "external_id" and new_values[name] in self.by_external:
                continue  # the id of a partner merged into this one
            old = partner.fields[name]
            partner.fields[name] = self._vertical(row.vertical) if name == "vertical_id" else new_values[name]
            filled.append((name, str(new_values[name])))
            if name == "external_id":
                self.by_external[new_values[name]] = partner
            if partner.row is not None:
                setattr(partner.row, name, partner.fields[name])
                self._journal(partner.row, {name: old}, {name: partner.fields[name]})
        return filled

    def _vertical(self, name: str | None) -> int | None:
        key = name_key(name or "")
        if key not in self._verticals:
            self._verticals[key] = verticals.get_or_create(self.session, workspace_id=self.job.workspace_id, name=name)
        return self._verticals[key]

    def _journal(self, partner: Partner, was: dict[str, Any], now: dict[str, Any]) -> None:
        assert partner.id is not None  # stored
        self.job.journal.cells("partner", partner.id, was, now)

    def _note(self, partner: Partner, filled: Sequence[tuple[str, str]]) -> None:
        assert partner.id is not None  # stored
        for name, new in filled:
            audit_log.log_change(
                self.session,
                workspace_id=self.job.workspace_id,
                subject="partner",
                subject_id=partner.id,
                field=_LABELS[name],
                old=None,
                new=new,
                by=self.job.by,
                now=self.job.now,
            )


def import_rows(session: Session, job: ImportContext, rows: Sequence[PartnerRow]) -> ImportOutcome:
    """Add the new partners and fill empty fields of the others. Nothing is overwritten."""
    settled = ImportOutcome()
    # Without this, each lookup would flush partners that are half filled.
    with session.no_autoflush:
        book = _PartnerIndex(session, job)
        for row in rows:
            before = len(book.added)
            if not book.wants(row, settled):
                settled.left_out += 1
                continue
            try:
                _, changed = book.take(row)
            except RowRejected as refused:
                settled.bad.append(refused.row)
                continue
            if len(book.added) > before:
                settled.added += 1
            elif changed:
                settled.updated += 1
            else:
                settled.known += 1
    _write(session, job, book, settled)
    return settled


def _write(session: Session, job: ImportContext, book: _PartnerIndex, settled: ImportOutcome) -> None:
    ids: dict[_PendingPartner, int] = {}
    if book.added:
        settled.batch_id = job.start_batch(session, added=settled.added)
        added = partners.add_many(
            session,
            workspace_id=job.workspace_id,
            rows=[{"name": partner.name, **partner.fields} for partner in book.added],
            batch_id=settled.batch_id,
            by=job.by,
            now=job.now,
        )
        ids = dict(zip(book.added, added, strict=True))
    new_names = []
    for partner, alias in book.aliases:
        partner_id = partner.row.id if partner.row is not None else ids[partner]
        assert partner_id is not None  # stored
        if partner.row is not None:
            job.journal.named(partner_id, name_key(alias))
        new_names.append((partner_id, alias, True))
    partner_names.add_many(session, workspace_id=job.workspace_id, names=new_names)
    for partner, name in book.spellings:
        if partner.row is not None and partner.row.id is not None and name_key(name) not in book.by_key:
            learn_spelling(session, job, partner.row.id, name)
