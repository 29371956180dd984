"""How people typed partners that they then chose: looked up like names, and given way to whatever is one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.name_key import name_key
from storage.tables import PartnerSpelling

_AT_ONCE = 5_000  # both databases bound how many values one statement may carry


def learn(session: Session, *, workspace_id: int, partner_id: int, spelling: str, by: str, now: datetime) -> int | None:
    """From now on a spelling means a partner; whose it was before, None if it was nobody's.

    The caller knows that it is no name.
    """
    key = name_key(spelling)
    known = {"workspace_id": workspace_id, "key": key}
    told = {"partner_id": partner_id, "spelling": spelling, "learnt_by": by, "learnt_at": now}
    if insert_once(session, PartnerSpelling, known | told, unique=["workspace_id", "key"]) is not None:
        return None
    mine = col(PartnerSpelling.workspace_id) == workspace_id, col(PartnerSpelling.key) == key
    was = session.exec(select(PartnerSpelling.partner_id).where(*mine)).one()
    if was != partner_id:
        session.exec(update(PartnerSpelling).where(*mine).values(**told))
    return was


def forget(session: Session, *, workspace_id: int, spelling_id: int) -> bool:
    """Unlearn one; False where it was forgotten already."""
    mine = col(PartnerSpelling.workspace_id) == workspace_id, col(PartnerSpelling.id) == spelling_id
    return session.exec(delete(PartnerSpelling).where(*mine)).rowcount == 1


def get(session: Session, *, workspace_id: int, spelling_id: int) -> PartnerSpelling | None:
    """A spelling of this workspace."""
    mine = select(PartnerSpelling).where(
        PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.id == spelling_id
    )
    return session.exec(mine).one_or_none()


def of_partner(session: Session, *, workspace_id: int, partner_id: int) -> Sequence[PartnerSpelling]:
    """What was learnt for a partner, in the order in which it was."""
    return session.exec(
        select(PartnerSpelling)
        .where(PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.partner_id == partner_id)
        .order_by(col(PartnerSpelling.id))
    ).all()


def meant(session: Session, *, workspace_id: int, spelling: str) -> int | None:
    """The partner that a spelling means, if it was learnt; a name is looked for first."""
    return session.exec(
        select(PartnerSpelling.partner_id).where(
            PartnerSpelling.workspace_id == workspace_id, PartnerSpelling.key == name_key(spelling)
        )
    ).one_or_none()


def all_of(session: Session, *, workspace_id: int) -> list[tuple[str, int]]:
    """Everything that was learnt in the workspace, each with its partner's id."""
    wanted = select(PartnerSpelling.spelling, PartnerSpelling.partner_id)
    return list(session.exec(wanted.where(PartnerSpelling.workspace_id == workspace_id)))


def give_way(session: Session, *, workspace_id: int, keys: Iterable[str]) -> None:
    """Forget those whose keys are names now."""
    listed = list(keys)
    for begin in range(0, len(listed), _AT_ONCE):
        named = col(PartnerSpelling.key).in_(listed[begin : begin + _AT_ONCE])
        session.exec(delete(PartnerSpelling).where(col(PartnerSpelling.workspace_id) == workspace_id, named))
