"""Learnt spellings: what people typed for a partner that they then chose. Names take precedence."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from storage.db.locks import get_of_partner
from storage.db.upsert import insert_once
from storage.name_key import name_key
from storage.tables import PartnerSpelling

_AT_ONCE = 5_000  # both databases limit the number of values in a statement


def learn(session: Session, *, workspace_id: int, partner_id: int, spelling: str, by: str, now: datetime) -> int | None:
    """Learn a spelling for a partner. Return the partner it meant before, or None.

    The caller knows that it is not a name.
    """
    key = name_key(spelling)
    key_values = {"workspace_id": workspace_id, "key": key}
    new_values = {"partner_id": partner_id, "spelling": spelling, "learnt_by": by, "learnt_at": now}
    if insert_once(session, PartnerSpelling, key_values | new_values, unique=["workspace_id", "key"]) is not None:
        return None
    condition = col(PartnerSpelling.workspace_id) == workspace_id, col(PartnerSpelling.key) == key
    was = session.exec(select(PartnerSpelling.partner_id).where(*condition)).one()
    if was != partner_id:
        session.exec(update(PartnerSpelling).where(*condition).values(**new_values))
    return was


def forget(session: Session, *, workspace_id: int, spelling_id: int) -> bool:
    """Forget a spelling. Return False if it was already forgotten."""
    condition = col(PartnerSpelling.workspace_id) == workspace_id, col(PartnerSpelling.id) == spelling_id
    return session.exec(delete(PartnerSpelling).where(*condition)).rowcount == 1


def get(session: Session, *, workspace_id: int, spelling_id: int) -> PartnerSpelling | None:
    """Return a spelling."""
    query = select(PartnerSpelling).where(
        PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.id == spelling_id
    )
    return get_of_partner(session, query)


def of_partner(session: Session, *, workspace_id: int, partner_id: int) -> Sequence[PartnerSpelling]:
    """Return the spellings of a partner, in the order they were learnt."""
    return session.exec(
        select(PartnerSpelling)
        .where(PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.partner_id == partner_id)
        .order_by(col(PartnerSpelling.id))
    ).all()


def meant(session: Session, *, workspace_id: int, spelling: str) -> int | None:
    """Return the partner that a spelling means, if learnt. Look for a name first."""
    return session.exec(
        select(PartnerSpelling.partner_id).where(
            PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.key == name_key(spelling)
        )
    ).one_or_none()


def all_of(session: Session, *, workspace_id: int) -> list[tuple[str, int]]:
    """Return every spelling of the workspace with its partner's id."""
    query = select(PartnerSpelling.spelling, PartnerSpelling.partner_id)
    return list(session.exec(query.where(PartnerSpelling.workspace_id == workspace_id)))


def by_key(session: Session, *, workspace_id: int) -> dict[str, int]:
    """Return every spelling by name key with its partner's id. Names take precedence."""
    query = select(PartnerSpelling.key, PartnerSpelling.partner_id)
    return dict(session.exec(query.where(PartnerSpelling.workspace_id == workspace_id)).all())


def give_way(session: Session, *, workspace_id: int, keys: Iterable[str]) -> None:
    """Forget the spellings whose keys have become names."""
    listed = list(keys)
    for begin in range(0, len(listed), _AT_ONCE):
        condition = col(PartnerSpelling.key).in_(listed[begin : begin + _AT_ONCE])
        session.exec(delete(PartnerSpelling).where(col(PartnerSpelling.workspace_id) == workspace_id, condition))
