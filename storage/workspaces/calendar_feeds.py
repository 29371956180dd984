"""Private calendars of people: at most one each, found by the hash of its address."""

from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import CalendarFeed


def get(session: Session, *, workspace_id: int, user_id: str) -> CalendarFeed | None:
    """Return a person's calendar."""
    return session.exec(
        select(CalendarFeed).where(CalendarFeed.workspace_id == workspace_id, CalendarFeed.user_id == user_id)
    ).one_or_none()


def find_by_token(session: Session, *, token_hash: str) -> CalendarFeed | None:
    """Return the calendar at that address, in any workspace."""
    return session.exec(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash)).one_or_none()


def set_address(session: Session, *, workspace_id: int, user_id: str, token_hash: str, now: datetime) -> None:
    """Set the address of a person's calendar. An earlier address stops working."""
    key = {"workspace_id": workspace_id, "user_id": user_id}
    values = {"token_hash": token_hash, "made_at": now}
    if insert_once(session, CalendarFeed, key | values, unique=["workspace_id", "user_id"]) is None:
        session.exec(
            update(CalendarFeed)
            .where(col(CalendarFeed.workspace_id) == workspace_id, col(CalendarFeed.user_id) == user_id)
            .values(**values)
        )


def remove(session: Session, *, workspace_id: int, user_id: str) -> bool:
    """Remove a person's calendar. Return False if there is none."""
    result = session.exec(
        delete(CalendarFeed).where(col(CalendarFeed.workspace_id) == workspace_id, col(CalendarFeed.user_id) == user_id)
    )
    return result.rowcount == 1
