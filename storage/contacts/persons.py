"""Contact persons: who works at a partner, or did."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, delete, select, update

from storage.contacts.addresses import address_key, name_and_address
from storage.db import statements
from storage.db.bulk import insert_many
from storage.db.locks import get_of_partner
from storage.name_key import name_key
from storage.tables import (
    ActivityContact,
    Amendment,
    AuditEntry,
    ContactPerson,
    ImportBatch,
    ReferralLink,
    TrustQuestion,
    TrustRating,
)

NAMED_IN = ("contact person", "Their sponsor", "asked for their view", "asked for referrals")
"""The fields of a partner's history whose values are people."""
_ERASED = "somebody"
SUBJECT = "contact_person"
"""What changes of a contact person are noted as."""


def add(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    name: str,
    by: str,
    now: datetime,
    address: str | None = None,
    **fields: Any,
) -> ContactPerson:
    """Add a contact person. `fields` are other columns."""
    row = ContactPerson(
        workspace_id=workspace_id,
        partner_id=partner_id,
        name=name,
        address=address,
        address_key=address_key(address) if address else None,
        created_at=now,
        created_by=by,
        **fields,
    )
    return statements.insert_row(session, row)


def add_unless_known(
    session: Session, *, workspace_id: int, partner_id: int, name: str, by: str, now: datetime
) -> None:
    """Add a contact person of whom the name is known, unless the partner has one of that name."""
    if not find_by_name(session, workspace_id=workspace_id, partner_id=partner_id, name=name):
        add(session, workspace_id=workspace_id, partner_id=partner_id, name=name, by=by, now=now)


def add_many(
    session: Session,
    *,
    workspace_id: int,
    columns: Mapping[str, Sequence[Any]],
    batch_id: int | None,
    by: str,
    now: datetime,
) -> None:
    """Insert the contact persons of an import, given as columns, `address_key` included."""
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "created_by": by, "created_at": now}
    same |= {name: False for name in ("is_sponsor", "never_counts") if name not in columns}
    insert_many(session, ContactPerson, columns=columns, same=same)


def get(session: Session, *, workspace_id: int, person_id: int) -> ContactPerson | None:
    """Return a contact person, also one whose addition was undone."""
    query = select(ContactPerson).where(ContactPerson.workspace_id == workspace_id, ContactPerson.id == person_id)
    return get_of_partner(session, query)


def list_persons(
    session: Session, *, workspace_id: int, partner_ids: Collection[int] | None = None
) -> Sequence[ContactPerson]:
    """Return contact persons, of some partners or all: the sponsor first, those who left last, else by name."""
    query = _persons_query(statements.PartnerFilter.for_ids(partner_ids))
    values = {"workspace": workspace_id} | statements.filter_values(partner_ids)
    rows = session.scalars(query, values).all()
    # Not sorted by the database, as collations differ.
    return sorted(rows, key=lambda row: (row.left_on is not None, not row.is_sponsor, row.name.casefold()))


_ROW = statements.table_of(ContactPerson).c


@lru_cache
def _persons_query(partner_filter: statements.PartnerFilter) -> Select[ContactPerson]:
    query = select_rows(ContactPerson).where(_ROW.workspace_id == bindparam("workspace"), _ROW.voided_at.is_(None))
    return partner_filter.apply(query.order_by(_ROW.id), _ROW.partner_id)


def find_by_name(session: Session, *, workspace_id: int, partner_id: int, name: str) -> list[ContactPerson]:
    """Return a partner's contact persons with exactly that name, however it is spelled."""
    known = list_persons(session, workspace_id=workspace_id, partner_ids=[partner_id])
    return [person for person in known if name_key(person.name) == name_key(name)]


def find_by_slack_id(session: Session, *, workspace_id: int, partner_id: int, slack_id: str) -> list[int]:
    """Return the ids of a partner's contact persons with that Slack id."""
    query = select(ContactPerson.id).where(
        ContactPerson.workspace_id == workspace_id,
        ContactPerson.partner_id == partner_id,
        ContactPerson.slack_id == slack_id,
        col(ContactPerson.voided_at).is_(None),
    )
    return [person_id for person_id in session.exec(query) if person_id is not None]


def set_sponsor(session: Session, *, workspace_id: int, partner_id: int, person_id: int | None) -> None:
    """Make one contact person of a partner its sponsor, or none."""
    mine = update(ContactPerson).where(
        col(ContactPerson.workspace_id) == workspace_id, col(ContactPerson.partner_id) == partner_id
    )
    session.exec(mine.where(col(ContactPerson.id) != (person_id or 0)).values(is_sponsor=False))
    if person_id is not None:
        session.exec(mine.where(col(ContactPerson.id) == person_id).values(is_sponsor=True))


def mark_bounced(session: Session, *, workspace_id: int, address: str, now: datetime) -> list[int]:
    """Note that mail to an address, as `address_key` returns it, came back. Return the partners of who has it."""
    theirs = (col(ContactPerson.workspace_id) == workspace_id) & (col(ContactPerson.address_key) == address)
    session.exec(update(ContactPerson).where(theirs, col(ContactPerson.bounced_at).is_(None)).values(bounced_at=now))
    found = select(ContactPerson.partner_id).where(theirs, col(ContactPerson.voided_at).is_(None))
    return sorted(set(session.exec(found)))


def erase(session: Session, *, workspace_id: int, person_id: int) -> None:
    """Delete a contact person with all that names them: links to activities, changes, edits and their name as a rater.

    What they rated stays, as somebody's, and so does whom they referred.
    """
    row = get(session, workspace_id=workspace_id, person_id=person_id)
    if row is None:
        return
    _erase_rater(session, row)
    _erase_referrer(session, row)
    _erase_noted(session, row)
    for table in (AuditEntry, Amendment):
        of = (col(table.workspace_id) == workspace_id) & (col(table.subject) == SUBJECT)
        session.exec(delete(table).where(of, col(table.subject_id) == person_id))
    session.exec(
        delete(ActivityContact).where(
            col(ActivityContact.workspace_id) == workspace_id, col(ActivityContact.contact_person_id) == person_id
        )
    )
    session.delete(row)
    session.flush()


def _erase_noted(session: Session, person: ContactPerson) -> None:
    """Take a person's name and address from the history of the partner, and what imports filled in of them."""
    noted = session.exec(
        select(AuditEntry).where(
            AuditEntry.workspace_id == person.workspace_id,
            AuditEntry.subject == "partner",
            AuditEntry.subject_id == person.partner_id,
            col(AuditEntry.field).in_(NAMED_IN),
        )
    )
    for entry in noted:
        if any(_is_about(person, text) for text in (entry.old, entry.new)):
            entry.old, entry.new = (_ERASED if _is_about(person, text) else text for text in (entry.old, entry.new))
            session.add(entry)
    batches = select(ImportBatch).where(
        ImportBatch.workspace_id == person.workspace_id, col(ImportBatch.journal).contains(f'"{SUBJECT}"')
    )
    for batch in session.exec(batches):
        journal = json.loads(batch.journal or "{}")
        journal["cells"] = [cell for cell in journal["cells"] if cell[:2] != [SUBJECT, person.id]]
        batch.journal = json.dumps(journal)
        session.add(batch)


def _is_about(person: ContactPerson, text: str | None) -> bool:
    """Return whether a text in the history names a person: `Jane Doe`, `Jane Doe <jane@acme.example>`."""
    if not text:
        return False
    name, address = name_and_address(text.split(": ")[0])
    return name_key(name) == name_key(person.name) or bool(address and address_key(address) == person.address_key)


def _erase_rater(session: Session, person: ContactPerson) -> None:
    """Take a person's name from what they were asked and answered, so that it tells nothing but the answer."""
    asked = session.exec(
        select(TrustQuestion).where(
            TrustQuestion.workspace_id == person.workspace_id, TrustQuestion.partner_id == person.partner_id
        )
    )
    erased = f"somebody {person.id}"
    for question in asked:
        if name_key(question.contact) != name_key(person.name):
            continue
        question.contact = erased
        question.withdrawn_at = question.withdrawn_at or (None if question.answered_at else question.asked_at)
        session.add(question)
        if question.rating_id is not None:
            rating = update(TrustRating).where(
                col(TrustRating.workspace_id) == person.workspace_id, col(TrustRating.id) == question.rating_id
            )
            session.exec(rating.values(rater=f"contact:{name_key(erased)}"))


def _erase_referrer(session: Session, person: ContactPerson) -> None:
    """Take a person's name from the links by which they could refer people to us. The links end."""
    links = session.exec(
        select(ReferralLink).where(
            ReferralLink.workspace_id == person.workspace_id, ReferralLink.partner_id == person.partner_id
        )
    )
    for link in links:
        if name_key(link.contact) == name_key(person.name):
            link.contact, link.withdrawn_at = f"somebody {person.id}", link.withdrawn_at or link.asked_at
            session.add(link)
