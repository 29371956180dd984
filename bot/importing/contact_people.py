"""The contact persons and domains that a file brings to partners."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.grammar.contact_text import Contact
from bot.grammar.errors import quote
from bot.importing.contact_cells import MAX_CONTACT_LENGTH
from bot.importing.context import ImportContext
from bot.importing.table import Row
from storage.contacts import addresses, persons, spoken_with
from storage.contacts.addresses import address_key, name_and_address
from storage.name_key import name_key
from storage.tables import ContactPerson


def read_contacts(row: Row) -> tuple[Contact, ...]:
    """Return the people that a row of a partners file names."""
    one = _read_contact(row)
    return (*([one] if one else []), *(row.take("contacts") or ()))


def _read_contact(row: Row) -> Contact | None:
    """Return the person in `contact` and `contact_email`. One of whom only the address is given goes by it."""
    name, mail = row.take("contact"), row.take("contact_email")
    if name is None and mail is None:
        return None
    called, address = name_and_address(name or mail or "")
    if mail and address_key(mail) is not None:
        address = name_and_address(mail)[1]
    elif mail and name:
        row.drop("contact_email", f"{quote(mail)} is no mail address", "no mail address")
    if len(called) > MAX_CONTACT_LENGTH:
        row.drop("contact", f"{quote(called)} is longer than {MAX_CONTACT_LENGTH} characters", "a contact too long")
        return None
    return Contact(called, address) if name_key(called) else None


class ContactIndex:
    """The contact persons of the workspace by partner, with those that a file brings.

    A partner is any object that stands for it; those that are stored are given by id. Nothing known is overwritten.
    """

    def __init__(self, session: Session, job: ImportContext) -> None:
        self._session, self._job = session, job
        self._known: dict[object, list[ContactPerson]] = {}
        for person in persons.list_persons(session, workspace_id=job.workspace_id):
            self._known.setdefault(person.partner_id, []).append(person)
        self._new: dict[object, dict[str, Contact]] = {}
        self._domains: list[tuple[object, str]] = []

    @property
    def has_new(self) -> bool:
        """Whether anything is to be added."""
        return bool(self._new or self._domains)

    def take(self, partner: object, people: Iterable[Contact], domains: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Note people and domains of a partner. Return what is news, each as a field and a text."""
        news = [("contact", text) for person in people if (text := self._take(partner, person))]
        for domain in domains:
            owner = addresses.domain_owner(self._session, workspace_id=self._job.workspace_id, domain=domain)
            if owner is None and all(domain != other for _, other in self._domains):
                self._domains.append((partner, domain))
                news.append(("domains", domain))
        return news

    def _take(self, partner: object, contact: Contact) -> str | None:
        known, new = self._known.get(partner, []), self._new.get(partner, {})
        key = address_key(contact.address) if contact.address else None
        same = next((one for one in known if key is not None and one.address_key == key), None)
        same = same or next((one for one in known if name_key(one.name) == name_key(contact.name)), None)
        if same is not None:
            return self._fill(same, contact, key)
        if name_key(contact.name) in new:
            return None
        self._new.setdefault(partner, {})[name_key(contact.name)] = contact
        return f"{contact.name} <{contact.address}>" if contact.address else contact.name

    def _fill(self, person: ContactPerson, contact: Contact, key: str | None) -> str | None:
        """Fill in what is not known of a person. Return what is news."""
        given = {"address": contact.address, "address_key": key, "role": contact.role, "left_on": contact.left_on}
        now = {name: value for name, value in given.items() if value is not None and getattr(person, name) is None}
        if not now:
            return None
        was = dict.fromkeys(now)
        for name, value in now.items():
            setattr(person, name, value)
        self._session.add(person)
        self._job.journal.cells(persons.SUBJECT, person.id or 0, was, now)
        return f"{person.name}: {', '.join(str(value) for name, value in now.items() if name != 'address_key')}"

    def write(self, ids: Mapping[Any, int], batch_id: int | None) -> None:
        """Add what is new. `ids` are those of the partners that were not stored before."""
        by: dict[str, Any] = {"by": self._job.by, "now": self._job.now}
        of: dict[str, Any] = {"workspace_id": self._job.workspace_id, "batch_id": batch_id}
        rows = [
            (_id(ids, partner), contact, self._is_sponsor(partner, contact))
            for partner, new in self._new.items()
            for contact in new.values()
        ]
        if rows:
            columns: dict[str, Sequence[Any]] = {
                "partner_id": [partner for partner, _, _ in rows],
                "name": [contact.name for _, contact, _ in rows],
                "role": [contact.role for _, contact, _ in rows],
                "address": [contact.address for _, contact, _ in rows],
                "address_key": [address_key(one.address) if one.address else None for _, one, _ in rows],
                "left_on": [contact.left_on for _, contact, _ in rows],
                "is_sponsor": [is_sponsor for _, _, is_sponsor in rows],
            }
            persons.add_many(self._session, **of, columns=columns, **by)
        for partner, domain in self._domains:
            addresses.add_domain(self._session, **of, partner_id=_id(ids, partner), domain=domain, **by)

    def _is_sponsor(self, partner: object, contact: Contact) -> bool:
        """Return whether somebody new backs the partnership: as the file says, else the first person known there."""
        if any(one.is_sponsor for one in self._known.get(partner, [])):
            return False
        new = list(self._new[partner].values())
        said = next((one for one in new if one.is_sponsor), None)
        unsaid = next((one for one in new if one.is_sponsor is None), None)
        return contact is (said or unsaid)


def _id(ids: Mapping[Any, int], partner: object) -> int:
    found = ids.get(partner, partner)
    assert isinstance(found, int)  # one that is not stored is among the ids
    return found


def name_at_activities(
    session: Session, job: ImportContext, batch_id: int, named: Sequence[tuple[int, int, Sequence[str]]]
) -> None:
    """Name people at new activities: (activity, partner, names). Who is not known there is added."""
    if not named:
        return
    known: dict[tuple[int, str], int] = {}
    of: dict[str, Any] = {"workspace_id": job.workspace_id}
    partner_ids = {partner_id for _, partner_id, _ in named}
    for person in persons.list_persons(session, **of, partner_ids=partner_ids):
        known.setdefault((person.partner_id, name_key(person.name)), person.id or 0)
    links: dict[tuple[int, int], int] = {}
    for activity_id, partner_id, names in named:
        for name in names:
            key = (partner_id, name_key(name))
            if key not in known:
                fields: dict[str, Any] = {"name": name, "batch_id": batch_id, "by": job.by, "now": job.now}
                known[key] = persons.add(session, **of, partner_id=partner_id, **fields).id or 0
            links[activity_id, known[key]] = partner_id
    columns = {
        "activity_id": [activity_id for activity_id, _ in links],
        "contact_person_id": [person_id for _, person_id in links],
        "partner_id": list(links.values()),
    }
    spoken_with.name_many(session, **of, columns=columns, batch_id=batch_id)
