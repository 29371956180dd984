"""Whose mail address it is: how addresses are compared, the domains of partners, and addresses that never count."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from functools import cache
from pathlib import Path

from sqlmodel import Session, col, delete, select

from storage.db.upsert import insert_once
from storage.tables import ContactPerson, IgnoredAddress, Partner, PartnerDomain

MAX_ADDRESS_LENGTH = 254
_MAX_ADDRESSES = 1_000  # in one query


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A contact person with an address. `left_on` is the day from which they no longer work there."""

    id: int
    partner_id: int
    name: str
    left_on: date | None
    never_counts: bool


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """Whose address it is. `address` is in the form in which addresses are compared.

    `persons` are the contact persons who have it, of partners that have not ended. `partner_id` is the partner whose
    domain it is, whether or not a person has the address. `never_counts`: contact with it is not to be recorded.
    """

    address: str
    persons: tuple[KnownPerson, ...] = ()
    partner_id: int | None = None
    never_counts: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it tells anything about a partner."""
        return bool(self.persons) or self.partner_id is not None

    @property
    def is_unknown(self) -> bool:
        """Whether it is at a partner's domain, nobody has it, and nobody said that it never counts."""
        return self.partner_id is not None and not self.persons and not self.never_counts


def address_key(text: str) -> str | None:
    """Return the form in which addresses are compared: `Jane <Jane@Acme.Example>` → `jane@acme.example`. None if it is
    no address.
    """
    address = parseaddr(text)[1].strip().strip(".")
    name, at, domain = address.rpartition("@")
    host = domain_key(domain)
    if not at or not name or host is None or len(address) > MAX_ADDRESS_LENGTH or any(sign.isspace() for sign in name):
        return None
    return f"{name.casefold()}@{host}"


def name_and_address(text: str) -> tuple[str, str | None]:
    """Split `Jane Doe <jane@acme.example>` into name and address. Who is only an address goes by it."""
    text = text.strip()
    if address_key(text) is None:
        return text, None
    name, address = parseaddr(text)
    return name.strip() or address, address


def domain_key(text: str) -> str | None:
    """Return the form in which domains are compared: `@Müller.Example.` → `xn--mller-kva.example`. None if it is
    none.
    """
    domain = text.strip().lstrip("@").strip(".").casefold()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return None
    parts = domain.split(".")
    is_host = all(part and part.replace("-", "").replace("_", "").isalnum() for part in parts)
    return domain if len(parts) > 1 and is_host and len(domain) < MAX_ADDRESS_LENGTH else None


@cache
def public_mail_domains() -> frozenset[str]:
    """Return the domains at which anybody can have an address."""
    lines = (Path(__file__).parent / "public_mail_domains.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_public(domain: str) -> bool:
    """Return whether anybody can have an address at a domain."""
    return domain in public_mail_domains()


def find_by_address(session: Session, *, workspace_id: int, address: str) -> AddressMatch | None:
    """Return whose address it is. None if it is no mail address."""
    return find_by_addresses(session, workspace_id=workspace_id, addresses=[address]).get(address)


def find_by_addresses(session: Session, *, workspace_id: int, addresses: Collection[str]) -> dict[str, AddressMatch]:
    """Return whose addresses these are, by address as given, without those that are none."""
    keys = {address: key for address in addresses if (key := address_key(address)) is not None}
    found: dict[str, AddressMatch] = {}
    wanted = sorted(set(keys.values()))
    for begin in range(0, len(wanted), _MAX_ADDRESSES):
        found |= _matches(session, workspace_id, wanted[begin : begin + _MAX_ADDRESSES])
    return {address: found[key] for address, key in keys.items()}


def _matches(session: Session, workspace_id: int, keys: Sequence[str]) -> dict[str, AddressMatch]:
    persons = _persons_at(session, workspace_id, keys)
    hosts = {key: _hosts(key.rpartition("@")[2]) for key in keys}
    owners = _owners_of(session, workspace_id, {host for each in hosts.values() for host in each})
    ignored = set(
        session.exec(
            select(IgnoredAddress.address_key).where(
                IgnoredAddress.workspace_id == workspace_id, col(IgnoredAddress.address_key).in_(keys)
            )
        )
    )
    return {
        key: AddressMatch(
            key,
            tuple(persons.get(key, ())),
            next((owners[host] for host in hosts[key] if host in owners), None),
            key in ignored or any(person.never_counts for person in persons.get(key, ())),
        )
        for key in keys
    }


def _persons_at(session: Session, workspace_id: int, keys: Collection[str]) -> dict[str, list[KnownPerson]]:
    query = (
        select(ContactPerson)
        .join(Partner, col(Partner.id) == col(ContactPerson.partner_id))
        .where(
            ContactPerson.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            Partner.status != "ended",
            col(ContactPerson.address_key).in_(keys),
            col(ContactPerson.voided_at).is_(None),
        )
        .order_by(col(ContactPerson.id))
    )
    found: dict[str, list[KnownPerson]] = {}
    for row in session.exec(query):
        person = KnownPerson(row.id or 0, row.partner_id, row.name, row.left_on, row.never_counts)
        found.setdefault(row.address_key or "", []).append(person)
    return found


def _owners_of(session: Session, workspace_id: int, hosts: Collection[str]) -> dict[str, int]:
    query = (
        select(PartnerDomain.domain, PartnerDomain.partner_id)
        .join(Partner, col(Partner.id) == col(PartnerDomain.partner_id))
        .where(
            PartnerDomain.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            Partner.status != "ended",
            col(PartnerDomain.domain).in_(hosts),
        )
    )
    return dict(session.exec(query).all())


def _hosts(domain: str) -> list[str]:
    """Return a domain and those above it: `mail.acme.example`, `acme.example`. None of them is public."""
    parts = domain.split(".")
    hosts = [".".join(parts[place:]) for place in range(len(parts) - 1)]
    return [] if any(is_public(host) for host in hosts) else hosts


def domains_of(session: Session, *, workspace_id: int, partner_id: int) -> list[str]:
    """Return a partner's domains in alphabetical order."""
    rows = session.exec(
        select(PartnerDomain.domain).where(
            PartnerDomain.workspace_id == workspace_id, PartnerDomain.partner_id == partner_id
        )
    )
    return sorted(rows)


def domain_owner(session: Session, *, workspace_id: int, domain: str) -> int | None:
    """Return the partner that has a domain."""
    return session.exec(
        select(PartnerDomain.partner_id).where(
            PartnerDomain.workspace_id == workspace_id, PartnerDomain.domain == domain
        )
    ).one_or_none()


def add_domain(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    domain: str,
    by: str,
    now: datetime,
    batch_id: int | None = None,
) -> bool:
    """Add a domain, as `domain_key` returns it. Return False if it is taken, by this partner or another."""
    values = {
        **{"workspace_id": workspace_id, "partner_id": partner_id, "domain": domain},
        **{"batch_id": batch_id, "added_at": now, "added_by": by},
    }
    return insert_once(session, PartnerDomain, values, unique=["workspace_id", "domain"]) is not None


def remove_domains(session: Session, *, workspace_id: int, partner_id: int, domains: Iterable[str]) -> None:
    """Remove domains of a partner."""
    session.exec(
        delete(PartnerDomain).where(
            col(PartnerDomain.workspace_id) == workspace_id,
            col(PartnerDomain.partner_id) == partner_id,
            col(PartnerDomain.domain).in_(list(domains)),
        )
    )


def ignore_address(session: Session, *, workspace_id: int, address: str, by: str, now: datetime) -> bool:
    """Never count contact with an address, as `address_key` returns it. Return False if that was so before."""
    values = {"workspace_id": workspace_id, "address_key": address, "ignored_at": now, "ignored_by": by}
    return insert_once(session, IgnoredAddress, values, unique=["workspace_id", "address_key"]) is not None


def heed_address(session: Session, *, workspace_id: int, address: str) -> bool:
    """Count contact with an address again. Return False if it was not ignored."""
    gone = delete(IgnoredAddress).where(
        col(IgnoredAddress.workspace_id) == workspace_id, col(IgnoredAddress.address_key) == address
    )
    return bool(session.exec(gone).rowcount)


def list_ignored(session: Session, *, workspace_id: int) -> list[str]:
    """Return the addresses that never count, in alphabetical order."""
    return sorted(session.exec(select(IgnoredAddress.address_key).where(IgnoredAddress.workspace_id == workspace_id)))
