"""Workspaces and their settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from storage.db import statements
from storage.db.engine import for_update
from storage.tables import (
    SLACK_BOTS,
    SLACK_INSTALLATIONS,
    Activity,
    AuditEntry,
    Heartbeat,
    Person,
    SeenRequest,
    Workspace,
)

_WORKSPACE = statements.table_of(Workspace)
_TEAM_QUERY = select_columns(*_WORKSPACE.c).where(_WORKSPACE.c.team_id == bindparam("team"))


def find_by_team(session: Session, *, team_id: str) -> Row[*tuple[Any, ...]] | None:
    """Return the columns of a Slack team's workspace, read-only. Called on every request."""
    return statements.execute(session, _TEAM_QUERY, {"team": team_id}).one_or_none()


def lock_by_team(session: Session, *, team_id: str) -> Workspace | None:
    """Return the workspace of a Slack team, locked against changes and purging."""
    return session.exec(for_update(session, select(Workspace).where(Workspace.team_id == team_id))).one_or_none()


def get(session: Session, *, workspace_id: int) -> Workspace:
    """Return a workspace that is known to exist."""
    return session.get_one(Workspace, workspace_id)


def find(session: Session, *, workspace_id: int) -> Workspace | None:
    """Return the workspace with that id, if any."""
    return session.get(Workspace, workspace_id)


def list_workspaces(session: Session) -> Sequence[Workspace]:
    """Return every workspace, oldest first."""
    return session.exec(select(Workspace).order_by(col(Workspace.id))).all()


def list_installed(session: Session) -> Sequence[Workspace]:
    """Return every connected workspace that has not uninstalled Tend, oldest first."""
    return session.exec(
        select(Workspace)
        .where(col(Workspace.team_id).is_not(None), col(Workspace.uninstalled_at).is_(None))
        .order_by(col(Workspace.id))
    ).all()


def list_uninstalled_before(session: Session, *, instant: datetime) -> Sequence[Workspace]:
    """Return the workspaces that uninstalled Tend before an instant and have not installed it again."""
    return session.exec(select(Workspace).where(col(Workspace.uninstalled_at) < instant)).all()


def was_uninstalled_before(session: Session, *, workspace_id: int, instant: datetime) -> bool:
    """Return whether it is one of those, locked so that an installation waits until the transaction ends."""
    query = select(Workspace).where(col(Workspace.id) == workspace_id, col(Workspace.uninstalled_at) < instant)
    return session.exec(for_update(session, query)).one_or_none() is not None


def purge(session: Session, *, workspace_id: int) -> None:
    """Delete a workspace and every row that belongs to it, with its tokens."""
    workspace = get(session, workspace_id=workspace_id)
    for slacks in (SLACK_BOTS, SLACK_INSTALLATIONS):
        session.execute(slacks.delete().where(slacks.c.team_id == workspace.team_id))
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "workspace_id" in table.c:
            session.execute(table.delete().where(table.c.workspace_id == workspace_id))
    session.delete(workspace)


def get_or_create_unconnected(session: Session, *, now: datetime) -> Workspace:
    """Return the workspace without a team, creating it if needed.

    It holds what a single-token installation imports before it first reaches Slack.
    """
    waiting = session.exec(select(Workspace).where(col(Workspace.team_id).is_(None))).first()
    if waiting is None:
        waiting = Workspace(created_at=now)
        session.add(waiting)
        session.flush()
    return waiting


def connect(
    session: Session,
    *,
    team_id: str,
    name: str = "",
    bot_user_id: str | None = None,
    now: datetime,
    adopt: bool = True,
) -> Workspace:
    """Return the workspace of `team_id`: the existing one, else the one without a team, else a new one.

    `adopt`: whether the workspace without a team may become this team's. It must be False if anyone can install.
    """
    workspace = lock_by_team(session, team_id=team_id)
    if workspace is None:
        workspace = get_or_create_unconnected(session, now=now) if adopt else Workspace(created_at=now)
    workspace.team_id = team_id
    workspace.name = name or workspace.name
    workspace.bot_user_id = bot_user_id or workspace.bot_user_id
    workspace.uninstalled_at = None
    session.add(workspace)
    session.flush()
    return workspace


def mark_loaded(session: Session, *, workspace_id: int, now: datetime) -> None:
    """Note that the rows came from elsewhere, so that all that was shown before now names others by their ids."""
    workspace = get(session, workspace_id=workspace_id)
    workspace.stale_from, workspace.stale_until = None, now
    session.add(workspace)


def mark_restored(session: Session, *, now: datetime) -> None:
    """Note in every workspace that the database is an earlier copy, so that what was shown since then names rows that
    are not in it, and whose ids others get.
    """
    copied_at = _last_sign_of_life(session)
    for workspace in list_workspaces(session):
        if workspace.stale_until is None:
            workspace.stale_from = copied_at
        elif workspace.stale_from is not None and copied_at is not None:
            workspace.stale_from = min(workspace.stale_from, copied_at)
        else:
            workspace.stale_from = None
        workspace.stale_until = now
        session.add(workspace)


def _last_sign_of_life(session: Session) -> datetime | None:
    """Return the latest instant that the database knows: a worker notes one each minute."""
    columns = (Heartbeat.ticked_at, Activity.recorded_at, AuditEntry.changed_at, Person.checked_at, SeenRequest.seen_at)
    found = [session.exec(select(func.max(column))).one() for column in columns]
    return max((at for at in found if at is not None), default=None)


def set_fields(session: Session, *, workspace_id: int, fields: dict[str, Any]) -> None:
    """Store settings that were already validated."""
    workspace = get(session, workspace_id=workspace_id)
    for name, value in fields.items():
        setattr(workspace, name, value)
    session.add(workspace)
