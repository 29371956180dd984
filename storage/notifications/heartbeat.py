"""When the scheduler last ticked, in any process on this database."""

from datetime import datetime

from sqlmodel import Session

from storage.db.upsert import insert_into
from storage.tables import Heartbeat

ROW_ID = 1


def beat(session: Session, *, now: datetime) -> None:
    """Record the end of a tick. There is one row for all processes."""
    row = insert_into(session, Heartbeat).values(id=ROW_ID, ticked_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"ticked_at": now}))


def last(session: Session) -> datetime | None:
    """Return the last tick, or None if there was none on this database."""
    row = session.get(Heartbeat, ROW_ID)
    return None if row is None else row.ticked_at
