"""The contact persons that a partners file names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.grammar.errors import quote
from bot.importing.context import ImportContext
from bot.importing.table import Row
from storage.contacts import persons
from storage.contacts.addresses import address_key, name_and_address
from storage.name_key import name_key
from storage.tables import ContactPerson

MAX_CONTACT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a partner, as a row names them."""

    name: str
    address: str | None


def read_contact(row: Row) -> Contact | None:
    """Return the person that a row names. One of whom only the address is given goes by it."""
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

    A partner is any object that stands for it; those that are stored are given by id.
    """

    def __init__(self, session: Session, job: ImportContext) -> None:
        self._session, self._job = session, job
        self._known: dict[object, list[ContactPerson]] = {}
        for person in persons.list_persons(session, workspace_id=job.workspace_id):
            self._known.setdefault(person.partner_id, []).append(person)
        self._new: list[tuple[object, Contact, bool]] = []
        self._named: set[tuple[object, str]] = set()

    @property
    def has_new(self) -> bool:
        """Whether anybody is to be added."""
        return bool(self._new)

    def take(self, partner: object, contact: Contact | None) -> str | None:
        """Note a contact of a partner. Return what is news, as text: somebody new, or the address of somebody known.

        Somebody who is the first known person there backs the partnership until somebody else is named.
        """
        if contact is None or (partner, name_key(contact.name)) in self._named:
            return None
        known = self._known.get(partner, [])
        key = address_key(contact.address) if contact.address else None
        same = next((one for one in known if key is not None and one.address_key == key), None)
        same = same or next((one for one in known if name_key(one.name) == name_key(contact.name)), None)
        if same is not None:
            return self._fill(same, contact.address, key)
        is_first = not any(one.is_sponsor for one in known) and not any(of is partner for of, _, _ in self._new)
        self._new.append((partner, contact, is_first))
        self._named.add((partner, name_key(contact.name)))
        return f"{contact.name} <{contact.address}>" if contact.address else contact.name

    def _fill(self, person: ContactPerson, address: str | None, key: str | None) -> str | None:
        if address is None or person.address is not None:
            return None
        was = {"address": None, "address_key": None}
        now = {"address": address, "address_key": key}
        person.address, person.address_key = address, key
        self._session.add(person)
        self._job.journal.cells(persons.SUBJECT, person.id or 0, was, now)
        return f"{person.name} <{address}>"

    def write(self, ids: dict[Any, int], batch_id: int | None) -> None:
        """Add the new persons. `ids` are those of the partners that were not stored before."""
        if not self._new:
            return
        columns: dict[str, Sequence[Any]] = {
            "partner_id": [ids.get(partner, partner) for partner, _, _ in self._new],
            "name": [contact.name for _, contact, _ in self._new],
            "address": [contact.address for _, contact, _ in self._new],
            "address_key": list(_keys(contact.address for _, contact, _ in self._new)),
            "is_sponsor": [is_first for _, _, is_first in self._new],
        }
        persons.add_many(
            self._session,
            workspace_id=self._job.workspace_id,
            columns=columns,
            batch_id=batch_id,
            by=self._job.by,
            now=self._job.now,
        )


def _keys(addresses: Iterable[str | None]) -> Iterable[str | None]:
    return (address_key(address) if address else None for address in addresses)
