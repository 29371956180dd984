"""Mail addresses at partners' domains that nobody known there has: offered as contact persons, or refused.

Of a refused one only its hash is left, so that it is never offered again.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, or_, select, update

from storage.db.locks import get_of_partner
from storage.db.upsert import insert_once
from storage.tables import SeenAddress

MAX_OFFERED = 50
"""The most addresses of a partner that wait for an answer. Further ones are not kept."""


def hash_address(address: str) -> str:
    """Hash an address, as `address_key` returns it. Whoever guesses the address can tell; nobody can read it."""
    return hashlib.sha256(address.encode()).hexdigest()


def note(
    session: Session, *, workspace_id: int, partner_id: int, addresses: Collection[str], seen_on: date, seen_in: str
) -> None:
    """Note that addresses, as `address_key` returns them, were seen on a day. Refused ones stay refused."""
    keys = {hash_address(address): address for address in addresses}
    mine = (col(SeenAddress.workspace_id) == workspace_id, col(SeenAddress.key).in_(list(keys)))
    known = set(session.exec(select(SeenAddress.key).where(*mine)))
    if known:
        newer = (col(SeenAddress.address).is_not(None), col(SeenAddress.seen_on) < seen_on)
        values = {"partner_id": partner_id, "seen_on": seen_on, "seen_in": seen_in}
        session.exec(update(SeenAddress).where(*mine, *newer).values(**values))
    new = sorted(set(keys) - known)
    room = MAX_OFFERED - _count_offered(session, workspace_id, partner_id) if new else 0
    for key in new[: max(room, 0)]:
        values = {"workspace_id": workspace_id, "partner_id": partner_id, "key": key, "address": keys[key]}
        values |= {"seen_on": seen_on, "seen_in": seen_in}
        insert_once(session, SeenAddress, values, unique=["workspace_id", "key"])


def _count_offered(session: Session, workspace_id: int, partner_id: int) -> int:
    query = select(func.count()).where(
        SeenAddress.workspace_id == workspace_id,
        SeenAddress.partner_id == partner_id,
        col(SeenAddress.address).is_not(None),
    )
    return session.exec(query).one()


def list_offered(session: Session, *, workspace_id: int, partner_id: int) -> Sequence[SeenAddress]:
    """Return a partner's addresses that were not refused, the latest seen first."""
    query = select(SeenAddress).where(
        SeenAddress.workspace_id == workspace_id,
        SeenAddress.partner_id == partner_id,
        col(SeenAddress.address).is_not(None),
    )
    rows = sorted(session.exec(query), key=lambda row: row.address or "")  # not by the database, as collations differ
    return sorted(rows, key=lambda row: row.seen_on, reverse=True)


def get(session: Session, *, workspace_id: int, seen_id: int) -> SeenAddress | None:
    """Return an address that was seen, refused ones included."""
    query = select(SeenAddress).where(SeenAddress.workspace_id == workspace_id, SeenAddress.id == seen_id)
    return get_of_partner(session, query)


def refuse_address(
    session: Session, *, workspace_id: int, partner_id: int, address: str, seen_on: date, by: str, now: datetime
) -> None:
    """Refuse an address, as `address_key` returns it, whether or not it was seen: it is never offered."""
    key = hash_address(address)
    refused = {"address": None, "seen_in": "", "refused_at": now, "refused_by": by}
    values = {"workspace_id": workspace_id, "partner_id": partner_id, "key": key, "seen_on": seen_on}
    if insert_once(session, SeenAddress, values | refused, unique=["workspace_id", "key"]) is None:
        mine = (col(SeenAddress.workspace_id) == workspace_id, col(SeenAddress.key) == key)
        session.exec(update(SeenAddress).where(*mine).values(**refused))


def forget_at_domains(session: Session, *, workspace_id: int, partner_id: int, domains: Collection[str]) -> None:
    """Forget the offered addresses at domains that are no longer the partner's."""
    if domains:
        at = [col(SeenAddress.address).endswith(f"{sign}{host}", autoescape=True) for host in domains for sign in "@."]
        session.exec(
            delete(SeenAddress).where(
                col(SeenAddress.workspace_id) == workspace_id, col(SeenAddress.partner_id) == partner_id, or_(*at)
            )
        )


def forget_address(session: Session, *, workspace_id: int, address: str) -> None:
    """Forget an offered address, as `address_key` returns it. A refused one stays refused."""
    session.exec(
        delete(SeenAddress).where(col(SeenAddress.workspace_id) == workspace_id, col(SeenAddress.address) == address)
    )


def has_before(session: Session, *, day: date) -> bool:
    """Return whether any workspace has offered addresses that were last seen before a day."""
    query = select(SeenAddress.id).where(col(SeenAddress.address).is_not(None), col(SeenAddress.seen_on) < day)
    return session.exec(query.limit(1)).first() is not None


def forget_before(session: Session, *, day: date) -> int:
    """Forget the offered addresses of every workspace that were last seen before a day. Return how many."""
    old = delete(SeenAddress).where(col(SeenAddress.address).is_not(None), col(SeenAddress.seen_on) < day)
    return session.exec(old).rowcount
