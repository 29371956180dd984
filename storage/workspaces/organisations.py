"""Workspaces of an organisation (Enterprise Grid) that its one installation grants Tend."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.db.engine import for_update
from storage.tables import Workspace
from storage.workspaces import workspaces


def list_granted(session: Session, *, enterprise_id: str) -> Sequence[Workspace]:
    """Return the workspaces that the organisation's installation covers, oldest first."""
    return session.exec(_granted(enterprise_id)).all()


def lock_granted(session: Session, *, enterprise_id: str) -> Sequence[Workspace]:
    """Return the same, locked against changes and purging."""
    return session.exec(for_update(session, _granted(enterprise_id))).all()


def grant(
    session: Session, *, enterprise_id: str, team_id: str, name: str, bot_user_id: str | None, now: datetime
) -> Workspace:
    """Return a workspace that the organisation's installation covers from now on: the existing one, else a new one.

    `bot_user_id` is None where the workspace keeps the bot of an installation of its own.
    """
    workspace = workspaces.connect(session, team_id=team_id, name=name, bot_user_id=bot_user_id, now=now, adopt=False)
    if workspace.enterprise_id != enterprise_id:
        workspace.enterprise_id, workspace.granted_at = enterprise_id, now
    session.add(workspace)
    session.flush()
    return workspace


def withdraw(session: Session, *, workspace: Workspace, now: datetime, is_installed: bool) -> None:
    """Note that the organisation's installation covers a workspace no more.

    `is_installed`: whether it has an installation of its own, with which it goes on.
    """
    workspace.enterprise_id = workspace.granted_at = None
    if not is_installed:
        workspace.uninstalled_at = workspace.uninstalled_at or now
    session.add(workspace)


def _granted(enterprise_id: str) -> SelectOfScalar[Workspace]:
    return select(Workspace).where(Workspace.enterprise_id == enterprise_id).order_by(col(Workspace.id))
