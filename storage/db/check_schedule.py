"""When each workspace is to be looked at next, so that a tick asks only for those that may need something.

`look_at` is empty where something changed that may be due at once. Whoever writes such a change need not know of it:
`writing` notes it, and empties `look_at` as the last thing before the commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, inspect, or_
from sqlmodel import Session, SQLModel, col, select, update

from storage.tables import Partner, Workspace

MAX_INTERVAL = timedelta(hours=1)
"""No look is planned further ahead: what was missed heals by then. One that stands further ahead shows that the clock
was put back, and is due."""

_WATCHED_COLUMNS = ("owner", "status", "paused_until_on")
_SESSION_KEY = "looks wanted"


def due_workspaces(session: Session, *, now: datetime) -> Sequence[Workspace]:
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
    return or_(at.is_(None), at <= now, at > now + MAX_INTERVAL)


def start_changed(session: Session, *, now: datetime) -> None:
    """Give those that something changed for an instant, so that a change of later can be told from it."""
    session.exec(update(Workspace).where(col(Workspace.look_at).is_(None)).values(look_at=now))


def plan_next_check(session: Session, *, workspace_id: int, was: datetime, at: datetime) -> bool:
    """Plan the next look; False if something changed, or another process planned it, since this one was due."""
    mine = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at) == was)
    return bool(session.exec(mine.values(look_at=at)).rowcount == 1)


def request_check(session: Session, *, workspace_id: int) -> None:
    """Something may be due at once, when this transaction is committed."""
    session.info.setdefault(_SESSION_KEY, set()).add(workspace_id)


def collect_changes(session: Session) -> None:
    """Note what is about to be written of workspaces and partners that may make something due."""
    for row in (*session.new, *session.dirty):
        if isinstance(row, Workspace) and row.id is not None:
            request_check(session, workspace_id=row.id)
        elif isinstance(row, Partner) and _is_relevant(row):
            request_check(session, workspace_id=row.workspace_id)


def flush_requests(session: Session) -> None:
    """Empty what was noted. The last statements of a transaction, in one order in all of them."""
    for workspace_id in sorted(session.info.pop(_SESSION_KEY, ())):
        mine = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at).is_not(None))
        session.exec(mine.values(look_at=None).execution_options(synchronize_session=False))


def _is_relevant(row: SQLModel) -> bool:
    known = inspect(row).attrs
    return any(known[name].history.has_changes() for name in _WATCHED_COLUMNS)
