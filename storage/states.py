"""Who began to install the app and has not come back yet: each brings a state of their own, which is good once."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from storage.slack_tables import STATES


def issue(session: Session, *, state: str, until: datetime, now: datetime) -> None:
    """Remember a state, and forget those that ran out."""
    # Rows that another process is deleting are left to it, so that two never wait for each other.
    over = select(STATES.c.id).where(STATES.c.expire_at <= _stored(now)).with_for_update(skip_locked=True)
    session.execute(delete(STATES).where(STATES.c.id.in_(over)))
    session.execute(insert(STATES).values(state=state, expire_at=_stored(until)))


def take(session: Session, *, state: str, now: datetime) -> bool:
    """True for the first who brings it in time, in whatever process: the row is gone for everyone else."""
    mine = delete(STATES).where(STATES.c.state == state, STATES.c.expire_at > _stored(now))
    return bool(session.execute(mine).rowcount == 1)  # type: ignore[attr-defined]


def _stored(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)  # slack_sdk's tables have no time zones
