"""When each workspace is to be looked at next, so that a tick asks only for those that may need something.

`look_at` is empty where something changed that may be due at once. Whoever writes such a change need not know of it:
`writing` notes it, and empties `look_at` as the last thing before the commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, inspect, or_
from sqlmodel import Session, SQLModel, col, select, update

from storage.tables import Partner, Workspace

AT_MOST = timedelta(hours=1)
"""No look is planned further ahead: what was missed heals by then. One that stands further ahead shows that the clock
was put back, and is due."""

MATTERS = ("owner", "status", "paused_until_on")
WANTED = "looks wanted"


def due(session: Session, *, now: datetime) -> Sequence[Workspace]:
    """The installed workspaces to be looked at now, oldest first."""
    return session.exec(
        select(Workspace)
        .where(_is_due(now), col(Workspace.team_id).is_not(None), col(Workspace.uninstalled_at).is_(None))
        .order_by(col(Workspace.id))
    ).all()


def is_due(session: Session, *, workspace_id: int, now: datetime) -> bool:
    """Whether a workspace is still to be looked at: another process may have done so in the meantime."""
    return session.exec(select(Workspace.id).where(Workspace.id == workspace_id, _is_due(now))).first() is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    at = col(Workspace.look_at)
    return or_(at.is_(None), at <= now, at > now + AT_MOST)


def begin(session: Session, *, now: datetime) -> None:
    """Give those that something changed for an instant, so that a change of later can be told from it."""
    session.exec(update(Workspace).where(col(Workspace.look_at).is_(None)).values(look_at=now))


def plan(session: Session, *, workspace_id: int, was: datetime, at: datetime) -> bool:
    """Plan the next look; False if something changed, or another process planned it, since this one was due."""
    mine = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at) == was)
    return bool(session.exec(mine.values(look_at=at)).rowcount == 1)


def soon(session: Session, *, workspace_id: int) -> None:
    """Something may be due at once, when this transaction is committed."""
    session.info.setdefault(WANTED, set()).add(workspace_id)


def note_changes(session: Session) -> None:
    """Note what is about to be written of workspaces and partners that may make something due."""
    for row in (*session.new, *session.dirty):
        if isinstance(row, Workspace) and row.id is not None:
            soon(session, workspace_id=row.id)
        elif isinstance(row, Partner) and _matters(row):
            soon(session, workspace_id=row.workspace_id)


def write_wanted(session: Session) -> None:
    """Empty what was noted. The last statements of a transaction, in one order in all of them."""
    for workspace_id in sorted(session.info.pop(WANTED, ())):
        mine = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at).is_not(None))
        session.exec(mine.values(look_at=None).execution_options(synchronize_session=False))


def _matters(row: SQLModel) -> bool:
    known = inspect(row).attrs
    return any(known[name].history.has_changes() for name in MATTERS)
