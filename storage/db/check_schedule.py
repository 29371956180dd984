"""Next check time per workspace, so that a tick loads only those that may be due.

`look_at` is empty if a change may have made something due at once. Code that writes such a change need not know about
it: `writing` collects changes, and clears `look_at` just before the commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, inspect, or_
from sqlmodel import Session, SQLModel, col, select, update

from storage.tables import Partner, Workspace

MAX_INTERVAL = timedelta(hours=1)
"""No check is planned further ahead, so that anything missed is found by then. A later time means that the clock was
put back, and counts as due.
"""

_WATCHED_COLUMNS = ("owner", "status", "paused_until_on")
_SESSION_KEY = "looks wanted"


def due_workspaces(session: Session, *, now: datetime) -> Sequence[Workspace]:
    """Return the installed workspaces that are due for a check, oldest first."""
    return session.exec(
        select(Workspace)
        .where(_is_due(now), col(Workspace.team_id).is_not(None), col(Workspace.uninstalled_at).is_(None))
        .order_by(col(Workspace.id))
    ).all()


def is_due(session: Session, *, workspace_id: int, now: datetime) -> bool:
    """Return whether a workspace is still due. Another process may have checked it meanwhile."""
    return session.exec(select(Workspace.id).where(Workspace.id == workspace_id, _is_due(now))).first() is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    look_at = col(Workspace.look_at)
    return or_(look_at.is_(None), look_at <= now, look_at > now + MAX_INTERVAL)


def start_changed(session: Session, *, now: datetime) -> None:
    """Set a time for workspaces with changes, so that later changes can be told apart."""
    changed = select(Workspace.id).where(col(Workspace.look_at).is_(None)).order_by(col(Workspace.id))
    if session.get_bind().dialect.name != "sqlite":
        changed = changed.with_for_update(key_share=True)  # in the order of ids
    ids = session.exec(changed).all()
    session.exec(update(Workspace).where(col(Workspace.id).in_(ids)).values(look_at=now))


def plan_next_check(session: Session, *, workspace_id: int, was: datetime, at: datetime) -> bool:
    """Plan the next check. Return False if something changed, or another process planned it, since this one was due."""
    statement = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at) == was)
    return bool(session.exec(statement.values(look_at=at)).rowcount == 1)


def request_check(session: Session, *, workspace_id: int) -> None:
    """Request a check once this transaction commits."""
    session.info.setdefault(_SESSION_KEY, set()).add(workspace_id)


def collect_changes(session: Session) -> None:
    """Collect the workspaces with pending changes that may make something due."""
    for row in (*session.new, *session.dirty):
        if isinstance(row, Workspace) and row.id is not None:
            request_check(session, workspace_id=row.id)
        elif isinstance(row, Partner) and _is_relevant(row):
            request_check(session, workspace_id=row.workspace_id)


def flush_requests(session: Session) -> None:
    """Clear `look_at` of the collected workspaces, as the transaction's last statements, always in the same order."""
    for workspace_id in sorted(session.info.pop(_SESSION_KEY, ())):
        statement = update(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.look_at).is_not(None))
        session.exec(statement.values(look_at=None).execution_options(synchronize_session=False))


def _is_relevant(row: SQLModel) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in _WATCHED_COLUMNS)
