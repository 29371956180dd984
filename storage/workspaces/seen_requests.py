"""Requests of Slack's that were acted on already: it sends some of them twice."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, update

from storage.db.upsert import insert_once
from storage.tables import SeenRequest


def claim_key(session: Session, *, workspace_id: int, key: str, now: datetime) -> bool:
    """True for one caller only, in all processes; forgotten again if the transaction is rolled back."""
    values = {"workspace_id": workspace_id, "key": key, "seen_at": now}
    return insert_once(session, SeenRequest, values, unique=["workspace_id", "key"]) is not None


def try_lease(session: Session, *, workspace_id: int, key: str, now: datetime, lasts: timedelta) -> bool:
    """True for one caller only, in all processes, until `lasts` has passed: then whoever asks first has the next turn.

    For what one process has to do at a time, and another if that one did not manage.
    """
    if claim_key(session, workspace_id=workspace_id, key=key, now=now):
        return True
    mine = update(SeenRequest).where(
        col(SeenRequest.workspace_id) == workspace_id,
        col(SeenRequest.key) == key,
        col(SeenRequest.seen_at) <= now - lasts,
    )
    return bool(session.exec(mine.values(seen_at=now)).rowcount == 1)


def delete_before(session: Session, *, instant: datetime) -> int:
    """Drop what Slack can no longer repeat; how many."""
    return session.exec(delete(SeenRequest).where(col(SeenRequest.seen_at) < instant)).rowcount
