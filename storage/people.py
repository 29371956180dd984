"""What Slack last said of the people of a workspace."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from storage.tables import Person


def find(session: Session, *, workspace_id: int, user_id: str) -> Person | None:
    """A person Slack has told us of."""
    return session.exec(
        select(Person).where(Person.workspace_id == workspace_id, Person.user_id == user_id)
    ).one_or_none()


def all_of(session: Session, *, workspace_id: int) -> Sequence[Person]:
    """Everyone Slack has told us of."""
    return session.exec(select(Person).where(Person.workspace_id == workspace_id)).all()


def keep(
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
    person = find(session, workspace_id=workspace_id, user_id=user_id) or Person(
        workspace_id=workspace_id, user_id=user_id, checked_at=now
    )
    person.name, person.timezone, person.standing = name, timezone, standing
    person.is_admin, person.checked_at = is_admin, now
    session.add(person)
    session.flush()
