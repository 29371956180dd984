"""Check and import the rows of a partners file: add new partners, fill empty fields of known ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.grammar.errors import quote
from bot.importing.contact_people import read_contacts
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.day_cells import names_months
from bot.importing.partner_index import FILLABLE_FIELDS, PartnerIndex, PartnerRow, PendingPartner
from bot.importing.report import RejectedRow
from bot.importing.spelling import learn_spelling
from bot.importing.table import Row, RowRejected, Table
from scoring.vocabulary import Direction, Kind
from storage.ledger import activities
from storage.name_key import name_key
from storage.partners import external_ids, partners
from storage.partners import names as partner_names

ROLES = ("partner", "introducer", "both")
FIRST_DAY_NOTE = "a month or a year as the start: its first day was taken"


def check_rows(table: Table) -> Iterator[PartnerRow | RejectedRow]:
    """Return each row's values, or the reason it was rejected."""
    for row in table:
        try:
            yield _read_row(table, row)
        except RowRejected as refused:
            yield refused.row


def _read_row(table: Table, row: Row) -> PartnerRow:
    name = row.need("name")
    since, last_spoke = row.take("since"), row.take("last_spoke")
    if since and names_months(row.text("since")):
        table.notes[FIRST_DAY_NOTE] += 1
    if last_spoke and last_spoke > table.layout.about.today:
        row.drop("last_spoke", f"{quote(row.text('last_spoke'))} is still to come", "a day still to come")
        last_spoke = None
    own = ("owner", "cadence_days", "wiifm_us", "wiifm_them", "wiifm_clients", "fit")
    return PartnerRow(
        source=row,
        name=name,
        vertical=row.take("vertical") or None,
        since=since,
        status=row.take("status"),
        aliases=row.take("aliases") or (),
        last_spoke=last_spoke,
        ids=_read_ids(row),
        fields={field: row.take(field) for field in own} | _read_role(row),
        contacts=read_contacts(row),
        domains=row.take("domains") or (),
    )


def _read_ids(row: Row) -> list[tuple[str | None, str]]:
    """Return the row's ids in other systems, each with its source if the row names it."""
    source, external_id = row.take("id_source"), row.take("external_id")
    own = [(source or None, external_id)] if external_id else []
    return list(dict.fromkeys([*own, *(row.take("other_ids") or ())]))


def _read_role(row: Row) -> dict[str, str | None]:
    """Return what they are to us, or in other words what they do."""
    text = row.take("role")
    role = (text or "").casefold()
    return {"role": role, "their_role": None} if role in ROLES else {"role": None, "their_role": text or None}


def import_rows(session: Session, job: ImportContext, rows: Sequence[PartnerRow]) -> ImportOutcome:
    """Add the new partners and fill empty fields of the others. Nothing is overwritten."""
    settled = ImportOutcome()
    # Without this, each lookup would flush partners that are half filled.
    with session.no_autoflush:
        index = PartnerIndex(session, job)
        for row in rows:
            before = len(index.added)
            if not index.wants(row, settled):
                settled.left_out += 1
                continue
            try:
                _, changed = index.take(row)
            except RowRejected as refused:
                settled.bad.append(refused.row)
                continue
            if len(index.added) > before:
                settled.added += 1
            elif changed:
                settled.updated += 1
            else:
                settled.known += 1
    _write(session, job, index, settled)
    return settled


def _write(session: Session, job: ImportContext, index: PartnerIndex, settled: ImportOutcome) -> None:
    ids: dict[PendingPartner, int] = {}
    if index.added or index.touches or index.people.has_new:
        settled.batch_id = job.start_batch(session, added=settled.added)
    if index.added:
        added = partners.add_many(
            session,
            workspace_id=job.workspace_id,
            rows=[{"name": partner.name, **partner.fields} for partner in index.added],
            batch_id=settled.batch_id,
            by=job.by,
            now=job.now,
        )
        ids = dict(zip(index.added, added, strict=True))
    _write_ids(session, job, index, ids)
    index.people.write(ids, settled.batch_id)
    new_names = []
    for partner, alias in index.aliases:
        partner_id = partner.row.id if partner.row is not None else ids[partner]
        assert partner_id is not None  # stored
        if partner.row is not None:
            job.journal.named(partner_id, name_key(alias))
        new_names.append((partner_id, alias, True))
    partner_names.add_many(session, workspace_id=job.workspace_id, names=new_names)
    for partner, name in index.spellings:
        if name_key(name) not in index.by_key:
            learn_spelling(session, job, partner.row_id, name)
    if index.touches and settled.batch_id is not None:
        touched = {(ids.get(partner) or partner.row_id): day for partner, day in index.touches.items()}
        _write_touches(session, job, touched, settled.batch_id)


def _write_ids(session: Session, job: ImportContext, index: PartnerIndex, new: Mapping[PendingPartner, int]) -> None:
    """Store the ids that partners came with, and note those of partners that were there before."""
    for partners_are_new in (True, False):
        given = [(partner, key) for partner, key in index.ids if (partner in new) is partners_are_new]
        rows = [(new.get(partner) or partner.row_id, *key) for partner, key in given]
        row_ids = external_ids.add_many(session, workspace_id=job.workspace_id, ids=rows)
        if not partners_are_new:
            job.journal.given_ids(row_ids)


def _write_touches(session: Session, job: ImportContext, days: dict[int, date], batch_id: int) -> None:
    """Record when somebody last spoke with partners of whom nothing is recorded yet."""
    same = {"kind": Kind.MEETING.value, "direction": Direction.JOINT.value, "count": 1, "title": "Last spoke"}
    columns: dict[str, Sequence[Any]] = {name: [value] * len(days) for name, value in same.items()}
    columns |= {"partner_id": list(days), "occurred_on": list(days.values())}
    activities.record_many(
        session, workspace_id=job.workspace_id, columns=columns, batch_id=batch_id, by=job.by, now=job.now
    )


__all__ = ["FILLABLE_FIELDS", "PartnerRow", "check_rows", "import_rows"]
