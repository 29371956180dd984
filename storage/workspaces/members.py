"""What Slack last said of the people of a workspace."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select, update

from storage.db import check_schedule, statements
from storage.db.upsert import insert_once
from storage.tables import Person

_PERSON = statements.table_of(Person)
_MEMBER_QUERY = select_columns(*_PERSON.c).where(
    _PERSON.c.workspace_id == bindparam("workspace"), _PERSON.c.user_id == bindparam("user")
)


def find_member(session: Session, *, workspace_id: int, user_id: str) -> Row[*tuple[Any, ...]] | None:
    """A person Slack has told us of: the columns of `Person`."""
    return statements.execute(session, _MEMBER_QUERY, {"workspace": workspace_id, "user": user_id}).one_or_none()


def list_members(session: Session, *, workspace_id: int) -> Sequence[Person]:
    """Everyone Slack has told us of."""
    return session.exec(select(Person).where(Person.workspace_id == workspace_id)).all()


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
    """Remember what Slack says of a person, in place of what it said before."""
    key = {"workspace_id": workspace_id, "user_id": user_id}
    said = {"name": name, "timezone": timezone, "standing": standing, "is_admin": is_admin, "checked_at": now}
    # Two requests of somebody new may come at once; the later word stands.
    if insert_once(session, Person, key | said, unique=["workspace_id", "user_id"]) is None:
        session.exec(
            update(Person)
            .where(col(Person.workspace_id) == workspace_id, col(Person.user_id) == user_id)
            .values(**said)
        )
    check_schedule.request_check(
        session, workspace_id=workspace_id
    )  # their hours may be others, or they may be a member now


def list_zones(session: Session, *, workspace_id: int) -> set[str]:
    """The names of the time zones that people of a workspace live in, as Slack has them."""
    found = session.exec(select(Person.timezone).where(Person.workspace_id == workspace_id).distinct())
    return {name for name in found if name}
