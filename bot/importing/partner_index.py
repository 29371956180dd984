"""The workspace's partners by name and id, with the changes that a file brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.forms.partner_fields import FIELDS
from bot.grammar.contact_text import Contact
from bot.grammar.errors import quote
from bot.importing.contact_people import ContactIndex
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.name_matching import LEAVE_OUT, NEW, NameDoubt, is_like
from bot.importing.table import Row
from scoring.vocabulary import Status
from storage.imports import batches
from storage.ledger import activities
from storage.ledger.source_keys import source_name
from storage.name_key import name_key, twin_key
from storage.partners import audit_log, external_ids, partners, spellings, verticals
from storage.partners import names as partner_names
from storage.tables import Partner

# Columns that a row may fill if they are empty. The vertical has its own table.
FILLABLE_FIELDS = (
    "vertical_id", "owner", "cadence_days", "wiifm_us", "wiifm_them", "wiifm_clients", "their_role", "role", "fit",
)  # fmt: skip
_UNSAID = {"role": "partner"}
"""What stands in a field of which nobody said anything, besides nothing."""
_LABELS = {name: field.label for name, field in FIELDS.items()} | {
    "vertical_id": FIELDS["vertical"].label,
    "external_id": "external id",
    "status": "status",
    "contact": "contact person",
}


IdKey = tuple[str | None, str]
"""A source, and an id in it. An id from before sources were kept has none."""


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A checked row. `ids` are those of other systems, each with its source if the row names it."""

    source: Row
    name: str
    vertical: str | None
    since: date | None
    status: str | None
    aliases: tuple[str, ...]
    last_spoke: date | None
    ids: list[tuple[str | None, str]]
    fields: dict[str, Any]
    contacts: tuple[Contact, ...]
    domains: tuple[str, ...]


@dataclass(slots=True, eq=False)
class PendingPartner:
    """A partner after the import: stored (`row`), or to be added."""

    name: str
    fields: dict[str, Any]
    row: Partner | None = None

    @property
    def row_id(self) -> int:
        assert self.row is not None and self.row.id is not None  # stored
        return self.row.id


class PartnerIndex:
    """All partners of the workspace by name and external id, with the file's changes.

    `touches`: the day on which somebody last spoke with a partner of whom nothing is recorded yet.
    """

    def __init__(self, session: Session, job: ImportContext) -> None:
        self.session, self.job = session, job
        stored = self.stored = {
            partner.id: PendingPartner(
                partner.name,
                {name: getattr(partner, name) for name in FILLABLE_FIELDS},
                partner,
            )
            for partner in partners.list_partners(session, workspace_id=job.workspace_id)
        }
        ids_by_key = partner_names.names_by_key(session, workspace_id=job.workspace_id)
        # On PostgreSQL another transaction may have added the name since; the database then rejects ours.
        self.by_key = {key: stored[partner_id] for key, partner_id in ids_by_key.items() if partner_id in stored}
        learnt = spellings.by_key(session, workspace_id=job.workspace_id)
        self.learnt = {key: stored[partner_id] for key, partner_id in learnt.items() if partner_id in stored}
        self.names: dict[PendingPartner, list[str]] = {}
        for name, partner_id in partner_names.list_names(session, workspace_id=job.workspace_id):
            if partner_id in stored:
                self.names.setdefault(stored[partner_id], []).append(name)
        self.by_external: dict[IdKey, PendingPartner] = {}
        self._own_ids: dict[tuple[PendingPartner, str | None], str] = {}
        self._list_ids()
        self.added: list[PendingPartner] = []
        self.ids: list[tuple[PendingPartner, IdKey]] = []
        self.aliases: list[tuple[PendingPartner, str]] = []
        self.spellings: list[tuple[PendingPartner, str]] = []
        self.touches: dict[PendingPartner, date] = {}
        self.people = ContactIndex(session, job)
        self._spoken = activities.partners_with_rows(session, workspace_id=job.workspace_id)
        self._verticals: dict[str, int | None] = {}

    def _list_ids(self) -> None:
        """Note whose id is which. Those of merged partners are no bar to another id in the same source."""
        for known in external_ids.list_ids(self.session, workspace_id=self.job.workspace_id):
            if (partner := self.stored.get(known.partner_id)) is None:
                continue
            self.by_external[known.source, known.external_id] = partner
            if known.own_id == known.partner_id:
                self._own_ids[partner, known.source] = known.external_id

    def wants(self, row: PartnerRow, settled: ImportOutcome) -> bool:
        """Return whether to import the row: not if its name is undecided or was left out."""
        answers, key = self.job.names, name_key(row.name)
        if answers is None or self._by_name(row.name) or key in self.learnt:
            return True
        answer = answers.answer(key)
        owner = self._by_id(row)
        if answer is None and owner is not None:
            if self._is_named(owner, row.name):
                return True
            close = ((owner.row_id, owner.name),) if owner.row is not None else ()
            doubt = settled.doubts.get(key)
            settled.doubts[key] = NameDoubt(key, row.name, (doubt.rows if doubt else 0) + 1, close, has_id=True)
            return False
        if answer is None and answers.close_to(key, row.name):
            answers.doubt(settled.doubts, key, row.name)
            return False
        return answer != LEAVE_OUT

    def take(self, row: PartnerRow) -> tuple[PendingPartner, bool]:
        """Return the row's partner, and whether the row changed a stored one. Raise `RowRejected`."""
        partner = self._find(row)
        names = [(alias, key) for alias in (row.name, *row.aliases) if (key := name_key(alias))]
        for spelling, key in names:
            other = self._by_name(spelling) or self.by_key.get(key)
            if other is not None and other is not partner:
                field = "name" if spelling == row.name else "aliases"
                raise row.source.refused(
                    field, f"{quote(spelling)} is a name of {quote(other.name)}", "a name of another partner"
                )
        is_new = partner is None
        if partner is None:
            partner = self._add(row)
        filled = self._fill(partner, row)
        held = partner if partner.row is None else partner.row_id
        filled += self.people.take(held, row.contacts, row.domains)
        if partner.row is not None and (partner.row.status, partner.row.status_reason) == (
            Status.ENDED,
            batches.UNDONE_REASON,
        ):
            partner.row.status, partner.row.status_reason = Status.ACTIVE.value, None
            was = {"status": Status.ENDED.value, "status_reason": batches.UNDONE_REASON}
            self._journal(partner.row, was, {"status": Status.ACTIVE.value, "status_reason": None})
            filled.append(("status", Status.ACTIVE.value))
        named, is_learnt = name_key(row.name), False
        if named not in self.by_key and self._meant(row.name) is partner:
            # What a person said of a name is how somebody wrote it once, and no other name of the partner.
            names = [(spelling, key) for spelling, key in names if key != named]
            if is_learnt := named not in self.learnt:
                self.learnt[named] = partner
                self.spellings.append((partner, row.name))
        for spelling, key in names:
            if key not in self.by_key:
                self.by_key[key] = partner
                self.names.setdefault(partner, []).append(spelling)
                self.aliases.append((partner, spelling))
                filled.append(("aliases", spelling))
        touched = self._touch(partner, row)
        if partner.row is not None:
            self._note(partner.row, filled)
        return partner, bool(filled or touched or is_learnt) and not is_new and partner.row is not None

    def _touch(self, partner: PendingPartner, row: PartnerRow) -> bool:
        """Note when somebody last spoke with a partner of whom nothing is recorded. Return whether it is news."""
        if row.last_spoke is None or (partner.row is not None and partner.row.id in self._spoken):
            return False
        is_first = partner not in self.touches
        self.touches[partner] = max(row.last_spoke, self.touches.get(partner, row.last_spoke))
        return is_first

    def _by_name(self, name: str) -> PendingPartner | None:
        return self.by_key.get(twin_key(name)) or self.by_key.get(name_key(name))

    def _by_id(self, row: PartnerRow) -> PendingPartner | None:
        """Return the partner that has one of the row's ids in its source."""
        return next((self.by_external[key] for key in self._id_keys(row) if key in self.by_external), None)

    def _id_keys(self, row: PartnerRow) -> list[tuple[str, str]]:
        return [(source_name(source or self.job.source), external_id) for source, external_id in row.ids]

    def _is_named(self, partner: PendingPartner, name: str) -> bool:
        """Return whether a name is one of the partner's, or like one."""
        return self._by_name(name) is partner or any(is_like(name, known) for known in self.names.get(partner, ()))

    def _find(self, row: PartnerRow) -> PendingPartner | None:
        by_name = self._by_name(row.name) or self._meant(row.name)
        found = by_name
        for key, pair in zip(self._id_keys(row), list(row.ids), strict=True):
            if (by_id := self.by_external.get(key)) is not None:
                found = self._holder(row, pair, by_id, found)
            # An id from before sources were kept is that of the first system that names it for the same partner.
            elif (older := self.by_external.get((None, key[1]))) is not None and (
                older is found or (found is None and self._is_named(older, row.name))
            ):
                self._adopt(older, key)
                found = older
        for source, external_id in self._id_keys(row):
            theirs = self._own_ids.get((found, source)) if found else None
            if theirs is not None and (source, external_id) not in self.by_external:
                raise row.source.refused(
                    "external_id",
                    f"{quote(row.name)} already has the external id {quote(theirs)}",
                    "a partner with another external id",
                )
        return found

    def _holder(
        self, row: PartnerRow, pair: tuple[str | None, str], by_id: PendingPartner, by_name: PendingPartner | None
    ) -> PendingPartner | None:
        """Return the partner of a row with a known id. Raise `RowRejected` for a name that is not like its own."""
        if by_name is by_id or (by_name is None and self._is_named(by_id, row.name)):
            return by_id
        theirs = f"{quote(pair[1])} is already the id of {quote(by_id.name)}"
        if self.job.names is not None and self.job.names.answer(name_key(row.name)) == NEW:
            row.source.drop("external_id", theirs, "another partner's id")
            row.ids.remove(pair)
            return by_name
        if by_name is not None:
            raise row.source.refused(
                "name", f"{quote(row.name)} is a name of {quote(by_name.name)}, but {theirs}", "another partner's id"
            )
        reason = f"{theirs}, and {quote(row.name)} is not like it"
        raise row.source.refused("external_id", reason, "another partner's id")

    def _adopt(self, partner: PendingPartner, key: tuple[str, str]) -> None:
        """Note the source of an id that was stored without one."""
        source, external_id = key
        del self.by_external[None, external_id]
        self.by_external[key] = partner
        if self._own_ids.pop((partner, None), None) is not None:
            self._own_ids[partner, source] = external_id
        row_id = external_ids.give_source(
            self.session, workspace_id=self.job.workspace_id, source=source, external_id=external_id
        )
        if row_id is not None:
            self.job.journal.cells("partner_external_id", row_id, {"source": None}, {"source": source})

    def _meant(self, name: str) -> PendingPartner | None:
        """Return the partner that a person chose for the name, now or before."""
        meant = self.job.names.partner_of(name_key(name)) if self.job.names else None
        return self.stored.get(meant) if meant is not None else self.learnt.get(name_key(name))

    def _add(self, row: PartnerRow) -> PendingPartner:
        fields = dict.fromkeys(FILLABLE_FIELDS) | {
            "since_on": row.since or self.job.about.today,
            "status": row.status or Status.ACTIVE.value,
            "role": "partner",
            "fit": "",
        }
        partner = PendingPartner(row.name, fields)
        self.by_key[name_key(row.name)] = partner
        self.names[partner] = [row.name]
        self.added.append(partner)
        return partner

    def _fill(self, partner: PendingPartner, row: PartnerRow) -> list[tuple[str, str]]:
        """Fill the partner's empty fields from the row. Return the fields with their new values as text."""
        filled = []
        new_values = row.fields | {"vertical_id": row.vertical}
        for name in FILLABLE_FIELDS:
            new, old = new_values[name], partner.fields[name]
            if new in (None, "") or (old not in (None, "") and old != _UNSAID.get(name)) or new == old:
                continue
            was, now = {name: old}, {name: new}
            if name == "vertical_id":
                now[name] = self._vertical(row.vertical)
            partner.fields |= now
            filled.append((name, str(new)))
            if partner.row is not None:
                for column, value in now.items():
                    setattr(partner.row, column, value)
                self._journal(partner.row, was, now)
        for key in self._id_keys(row):
            if key not in self.by_external:
                self.by_external[key], self._own_ids[partner, key[0]] = partner, key[1]
                self.ids.append((partner, key))
                filled.append(("external_id", key[1]))
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
