"""Requests of Slack's that were acted on already: it sends some of them twice."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete

from storage.tables import SeenRequest


def first_time(session: Session, *, workspace_id: int, key: str, now: datetime) -> bool:
    """True for one caller only, in all processes; forgotten again if the transaction is rolled back."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = (
        dialect.insert(SeenRequest)
        .values(workspace_id=workspace_id, key=key, seen_at=now)
        .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        .returning(SeenRequest.__table__.c.id)  # type: ignore[attr-defined]
    )
    # Not the row count: an INSERT's is unknown (−1) on PostgreSQL.
    return session.execute(insert).scalar_one_or_none() is not None


def forget_before(session: Session, *, instant: datetime) -> int:
    """Drop what Slack can no longer repeat; how many."""
    return session.exec(delete(SeenRequest).where(col(SeenRequest.seen_at) < instant)).rowcount
