"""Slack requests that were already handled, since Slack sends some of them twice."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import SeenRequest


def claim_key(session: Session, *, workspace_id: int, key: str, now: datetime) -> bool:
    """Return True to one caller among all processes. A rollback releases the key."""
    values = {"workspace_id": workspace_id, "key": key, "seen_at": now}
    return insert_once(session, SeenRequest, values, unique=["workspace_id", "key"]) is not None


def claimed_at(session: Session, *, workspace_id: int, key: str) -> datetime | None:
    """Return when a key was claimed. None if it was not."""
    of = SeenRequest.workspace_id == workspace_id, SeenRequest.key == key
    return session.exec(select(SeenRequest.seen_at).where(*of)).one_or_none()


def try_lease(session: Session, *, workspace_id: int, key: str, now: datetime, lasts: timedelta) -> bool:
    """Return True to one caller among all processes until `lasts` has passed. Then the next caller takes its turn.

    For work that one process does at a time, and another one takes over if it fails.
    """
    if claim_key(session, workspace_id=workspace_id, key=key, now=now):
        return True
    statement = update(SeenRequest).where(
        col(SeenRequest.workspace_id) == workspace_id,
        col(SeenRequest.key) == key,
        col(SeenRequest.seen_at) <= now - lasts,
    )
    return bool(session.exec(statement.values(seen_at=now)).rowcount == 1)


def has_before(session: Session, *, workspace_id: int, instant: datetime) -> bool:
    """Return whether a workspace has requests that Slack can no longer repeat."""
    old = col(SeenRequest.workspace_id) == workspace_id, col(SeenRequest.seen_at) < instant
    return session.exec(select(SeenRequest.id).where(*old).limit(1)).first() is not None


def delete_before(session: Session, *, workspace_id: int, instant: datetime) -> int:
    """Delete the requests of a workspace that were seen before an instant. Return how many."""
    old = col(SeenRequest.workspace_id) == workspace_id, col(SeenRequest.seen_at) < instant
    return session.exec(delete(SeenRequest).where(*old)).rowcount
