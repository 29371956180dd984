"""Who began to install the app and has not come back yet: each brings a state of their own, which is good once."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from storage.tables import SLACK_STATES


def save_state(session: Session, *, state: str, until: datetime, now: datetime) -> None:
    """Remember a state, and forget those that ran out."""
    # Rows that another process is deleting are left to it, so that two never wait for each other.
    over = (
        select(SLACK_STATES.c.id)
        .where(SLACK_STATES.c.expire_at <= _to_database_time(now))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(SLACK_STATES).where(SLACK_STATES.c.id.in_(over)))
    session.execute(insert(SLACK_STATES).values(state=state, expire_at=_to_database_time(until)))


def take_state(session: Session, *, state: str, now: datetime) -> bool:
    """True for the first who brings it in time, in whatever process: the row is gone for everyone else."""
    mine = delete(SLACK_STATES).where(SLACK_STATES.c.state == state, SLACK_STATES.c.expire_at > _to_database_time(now))
    return bool(session.execute(mine).rowcount == 1)  # type: ignore[attr-defined]


def _to_database_time(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)  # slack_sdk's tables have no time zones
