"""Verticals: the partners' lines of business."""

from sqlmodel import Session, col, select

from storage.db.upsert import insert_once
from storage.name_key import name_key
from storage.tables import Partner, Vertical


def get(session: Session, *, workspace_id: int, vertical_id: int) -> Vertical | None:
    """Return the vertical."""
    return session.exec(
        select(Vertical).where(Vertical.workspace_id == workspace_id, Vertical.id == vertical_id)
    ).one_or_none()


def list_verticals(session: Session, *, workspace_id: int) -> list[Vertical]:
    """Return the workspace's verticals by name."""
    return list(
        session.exec(select(Vertical).where(Vertical.workspace_id == workspace_id).order_by(col(Vertical.name)))
    )


def get_or_create(session: Session, *, workspace_id: int, name: str | None) -> int | None:
    """Return the vertical with that name, creating it if needed. None for an empty name."""
    if not name or not name_key(name):
        return None
    key = {"workspace_id": workspace_id, "key": name_key(name)}
    new_id = insert_once(session, Vertical, key | {"name": name}, unique=["workspace_id", "key"])
    return new_id or session.exec(select(Vertical.id).filter_by(**key)).one()


def vertical_name(session: Session, *, partner: Partner) -> str | None:
    """Return the name of a partner's vertical."""
    return None if partner.vertical_id is None else session.get_one(Vertical, partner.vertical_id).name
