"""Where people's own calendars are, and which of their meetings are with partners."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, delete, select, update

from storage.db.engine import for_update
from storage.db.upsert import insert_once
from storage.tables import CalendarMeeting, CalendarSource, Workspace


def get_source(session: Session, *, workspace_id: int, user_id: str) -> CalendarSource | None:
    """Return a person's own calendar."""
    return session.exec(
        select(CalendarSource).where(CalendarSource.workspace_id == workspace_id, CalendarSource.user_id == user_id)
    ).one_or_none()


def set_source(
    session: Session, *, workspace_id: int, user_id: str, sealed: str, sends_briefs: bool, now: datetime
) -> None:
    """Set where a person's own calendar is. It is due at once."""
    remove_source(session, workspace_id=workspace_id, user_id=user_id)
    values = {
        **{"workspace_id": workspace_id, "user_id": user_id, "sealed": sealed},
        **{"added_at": now, "due_at": now, "failures": 0, "sends_briefs": sends_briefs},
        **{"offers_people": True},  # the form says so
    }
    insert_once(session, CalendarSource, values, unique=["workspace_id", "user_id"])


def remove_source(session: Session, *, workspace_id: int, user_id: str) -> bool:
    """Forget a person's own calendar and its meetings; touches stay. Return False if there is none."""
    for table in (CalendarMeeting, CalendarSource):
        gone = session.exec(
            delete(table).where(col(table.workspace_id) == workspace_id, col(table.user_id) == user_id)
        ).rowcount
    return bool(gone)


def remove_uninstalled(session: Session) -> int:
    """Forget the calendars of every workspace that uninstalled Tend. Return how many."""
    left = select(Workspace.id).where(col(Workspace.uninstalled_at).is_not(None))
    session.exec(delete(CalendarMeeting).where(col(CalendarMeeting.workspace_id).in_(left)))
    return session.exec(delete(CalendarSource).where(col(CalendarSource.workspace_id).in_(left))).rowcount


def reseal(session: Session, change: Callable[[str], str]) -> int:
    """Encrypt the addresses of every workspace's calendars anew. Return how many."""
    rows = session.exec(for_update(session, select(CalendarSource).order_by(col(CalendarSource.id)))).all()
    for row in rows:
        row.sealed = change(row.sealed)
        session.add(row)
    return len(rows)


def list_due(session: Session, *, now: datetime, limit: int) -> Sequence[CalendarSource]:
    """Return the calendars of every workspace that are to be read, the longest due first."""
    query = select(CalendarSource).where(col(CalendarSource.due_at) <= now).order_by(col(CalendarSource.due_at))
    return session.exec(query.limit(limit)).all()


def lease(session: Session, *, workspace_id: int, source_id: int, was: datetime, until: datetime) -> bool:
    """Return True to the one who may read a calendar that was due. If it fails, another may from `until` on."""
    return _update(session, workspace_id, source_id, was, due_at=until)


def finish(
    session: Session, *, workspace_id: int, source_id: int, leased: datetime, due_at: datetime, **fields: Any
) -> bool:
    """Note how reading went, and when to read again. Return False if another reads it by now, or it is no longer
    wanted. Until the transaction ends, nobody else changes its meetings.
    """
    return _update(session, workspace_id, source_id, leased, due_at=due_at, **fields)


def _update(session: Session, workspace_id: int, source_id: int, was: datetime, **values: Any) -> bool:
    statement = update(CalendarSource).where(
        col(CalendarSource.workspace_id) == workspace_id,
        col(CalendarSource.id) == source_id,
        col(CalendarSource.due_at) == was,
    )
    return bool(session.exec(statement.values(**values)).rowcount == 1)


def list_meetings(session: Session, *, workspace_id: int, user_id: str) -> Sequence[CalendarMeeting]:
    """Return what is known of a person's meetings, in the order of time."""
    query = select(CalendarMeeting).where(
        CalendarMeeting.workspace_id == workspace_id, CalendarMeeting.user_id == user_id
    )
    return session.exec(query.order_by(col(CalendarMeeting.starts_at), col(CalendarMeeting.id))).all()


def list_to_brief(session: Session, *, after: datetime, until: datetime) -> Sequence[CalendarMeeting]:
    """Return the meetings of every workspace that start then, of those who get a brief before, in the order of time."""
    query = (
        select(CalendarMeeting)
        .join(
            CalendarSource,
            and_(
                col(CalendarSource.workspace_id) == CalendarMeeting.workspace_id,
                col(CalendarSource.user_id) == CalendarMeeting.user_id,
            ),
        )
        .where(
            col(CalendarSource.sends_briefs),
            col(CalendarMeeting.starts_at) > after,
            col(CalendarMeeting.starts_at) <= until,
        )
    )
    return session.exec(query.order_by(col(CalendarMeeting.starts_at), col(CalendarMeeting.id))).all()


def has_uncounted(session: Session, *, workspace_id: int, user_id: str, now: datetime) -> bool:
    """Return whether a meeting has ended that is no touch yet."""
    query = select(CalendarMeeting.id).where(
        CalendarMeeting.workspace_id == workspace_id,
        CalendarMeeting.user_id == user_id,
        col(CalendarMeeting.ends_at) <= now,
        col(CalendarMeeting.counted_at).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def add_meeting(session: Session, *, workspace_id: int, user_id: str, partner_id: int, **fields: Any) -> None:
    """Add a meeting. `fields` are the other columns."""
    session.add(CalendarMeeting(workspace_id=workspace_id, user_id=user_id, partner_id=partner_id, **fields))


def change_meeting(session: Session, *, workspace_id: int, meeting_id: int, **fields: Any) -> None:
    """Change columns of a meeting."""
    statement = update(CalendarMeeting).where(
        col(CalendarMeeting.workspace_id) == workspace_id, col(CalendarMeeting.id) == meeting_id
    )
    session.exec(statement.values(**fields))


def mark_counted(
    session: Session, *, workspace_id: int, user_id: str, key: str, partner_id: int, now: datetime
) -> None:
    """Note that a meeting became a touch, if it was not noted before."""
    statement = update(CalendarMeeting).where(
        col(CalendarMeeting.workspace_id) == workspace_id,
        col(CalendarMeeting.user_id) == user_id,
        col(CalendarMeeting.key) == key,
        col(CalendarMeeting.partner_id) == partner_id,
        col(CalendarMeeting.counted_at).is_(None),
    )
    session.exec(statement.values(counted_at=now).execution_options(synchronize_session=False))


def remove_meetings(session: Session, *, workspace_id: int, meeting_ids: Collection[int]) -> None:
    """Forget meetings; touches stay."""
    session.exec(
        delete(CalendarMeeting).where(
            col(CalendarMeeting.workspace_id) == workspace_id, col(CalendarMeeting.id).in_(list(meeting_ids))
        )
    )
