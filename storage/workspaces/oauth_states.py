"""Pending OAuth installs: single-use `state` values."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from storage.tables import SLACK_STATES


def save_state(session: Session, *, state: str, until: datetime, now: datetime) -> None:
    """Store a state, and delete expired ones."""
    # Skip rows that another process is deleting, so that two never wait for each other.
    over = (
        select(SLACK_STATES.c.id)
        .where(SLACK_STATES.c.expire_at <= _to_database_time(now))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(SLACK_STATES).where(SLACK_STATES.c.id.in_(over)))
    session.execute(insert(SLACK_STATES).values(state=state, expire_at=_to_database_time(until)))


def take_state(session: Session, *, state: str, now: datetime) -> bool:
    """Return True to the first caller in any process before it expires. The row is then deleted."""
    statement = delete(SLACK_STATES).where(
        SLACK_STATES.c.state == state, SLACK_STATES.c.expire_at > _to_database_time(now)
    )
    return bool(session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]


def _to_database_time(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)  # slack_sdk's tables have no time zones
