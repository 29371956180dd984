"""Requests of Slack's that were acted on already: it sends some of them twice."""

from datetime import datetime

from sqlmodel import Session, col, delete

from storage.once import insert_once
from storage.tables import SeenRequest


def first_time(session: Session, *, workspace_id: int, key: str, now: datetime) -> bool:
    """True for one caller only, in all processes; forgotten again if the transaction is rolled back."""
    values = {"workspace_id": workspace_id, "key": key, "seen_at": now}
    return insert_once(session, SeenRequest, values, unique=["workspace_id", "key"]) is not None


def forget_before(session: Session, *, instant: datetime) -> int:
    """Drop what Slack can no longer repeat; how many."""
    return session.exec(delete(SeenRequest).where(col(SeenRequest.seen_at) < instant)).rowcount
