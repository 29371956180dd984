"""OAuth installs that were finished: their `state` values serve once."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage.tables import SLACK_STATES


def use_state(session: Session, *, state: str, until: datetime, now: datetime) -> bool:
    """Return True to the first caller in any process. Delete those that have expired."""
    # Skip rows that another process is deleting, so that two never wait for each other.
    over = (
        select(SLACK_STATES.c.id)
        .where(SLACK_STATES.c.expire_at <= _to_database_time(now))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(SLACK_STATES).where(SLACK_STATES.c.id.in_(over)))
    try:
        with session.begin_nested():
            session.execute(insert(SLACK_STATES).values(state=state, expire_at=_to_database_time(until)))
    except IntegrityError:
        return False
    return True


def was_used(session: Session, *, state: str) -> bool:
    """Return whether a state has served."""
    return session.execute(select(SLACK_STATES.c.id).where(SLACK_STATES.c.state == state)).first() is not None


def _to_database_time(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)  # slack_sdk's tables have no time zones
