"""What Slack last returned about the people of a workspace."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, delete, or_, select, union, update

from storage.db import check_schedule, statements
from storage.db.upsert import insert_once
from storage.tables import CalendarMeeting, CalendarSource, MailAddress, Person, Workspace

_PERSON = statements.table_of(Person)
_MEMBER_QUERY = select_columns(*_PERSON.c).where(
    _PERSON.c.workspace_id == bindparam("workspace"), _PERSON.c.user_id == bindparam("user")
)


def find_member(session: Session, *, workspace_id: int, user_id: str) -> Row[*tuple[Any, ...]] | None:
    """Return a known person as the columns of `Person`."""
    return statements.execute(session, _MEMBER_QUERY, {"workspace": workspace_id, "user": user_id}).one_or_none()


def list_members(session: Session, *, workspace_id: int) -> Sequence[Person]:
    """Return all known people."""
    return session.exec(select(Person).where(Person.workspace_id == workspace_id)).all()


def list_names(session: Session, *, workspace_id: int, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of these people who are known, by user id."""
    rows = session.exec(
        select(Person.user_id, Person.name).where(
            Person.workspace_id == workspace_id, col(Person.user_id).in_(user_ids), Person.name != ""
        )
    )
    return dict(rows.all())


def save_member(
    session: Session,
    *,
    workspace_id: int,
    user_id: str,
    name: str,
    timezone: str | None,
    standing: str,
    is_admin: bool,
    now: datetime,
) -> None:
    """Store what Slack returned about a person, replacing what was stored before."""
    key = {"workspace_id": workspace_id, "user_id": user_id}
    values = {"name": name, "timezone": timezone, "standing": standing, "is_admin": is_admin, "checked_at": now}
    # Two requests of a new person may arrive at once; the later one wins.
    if insert_once(session, Person, key | values, unique=["workspace_id", "user_id"]) is None:
        session.exec(
            update(Person)
            .where(col(Person.workspace_id) == workspace_id, col(Person.user_id) == user_id)
            .values(**values)
        )
    if standing != "member":
        _forget_calendar(session, workspace_id, user_id)
    check_schedule.request_check(
        session, workspace_id=workspace_id
    )  # their hours may have changed, or they may have become a member


def _forget_calendar(session: Session, workspace_id: int, user_id: str) -> None:
    """Forget where the calendar of somebody who left is."""
    for table in (CalendarMeeting, CalendarSource):
        session.exec(delete(table).where(col(table.workspace_id) == workspace_id, col(table.user_id) == user_id))


def list_to_ask(session: Session, *, before: datetime, limit: int) -> list[tuple[int, str]]:
    """Return the workspace and id of those whose mail or calendar counts by itself, in every workspace that has Tend,
    and of whom Slack last told before an instant, or never. The longest ago come first.
    """
    counted = union(*(select(table.workspace_id, table.user_id) for table in (CalendarSource, MailAddress))).subquery()
    query = (
        select(counted.c.workspace_id, counted.c.user_id)
        .join(Workspace, col(Workspace.id) == counted.c.workspace_id)
        .outerjoin(
            Person,
            and_(col(Person.workspace_id) == counted.c.workspace_id, col(Person.user_id) == counted.c.user_id),
        )
        .where(
            col(Workspace.uninstalled_at).is_(None),
            or_(col(Person.checked_at).is_(None), col(Person.checked_at) < before),
        )
        .order_by(col(Person.checked_at).is_not(None), col(Person.checked_at), counted.c.user_id)
    )
    return [(workspace_id, user_id) for workspace_id, user_id in session.exec(query.limit(limit))]


def list_zones(session: Session, *, workspace_id: int) -> set[str]:
    """Return the names of the time zones of the workspace's people, as Slack has them."""
    rows = session.exec(select(Person.timezone).where(Person.workspace_id == workspace_id).distinct())
    return {name for name in rows if name}
