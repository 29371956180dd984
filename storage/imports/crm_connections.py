"""Which CRMs a workspace reads, and how far each was read."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, delete, select, update

from storage.db.engine import for_update
from storage.db.upsert import insert_once
from storage.tables import CrmConnection, Workspace

_UNINSTALLED = col(CrmConnection.workspace_id).in_(
    select(Workspace.id).where(col(Workspace.uninstalled_at).is_not(None))
)


def get(session: Session, *, workspace_id: int, system: str) -> CrmConnection | None:
    """Return a workspace's connection to a CRM."""
    return session.exec(
        select(CrmConnection).where(CrmConnection.workspace_id == workspace_id, CrmConnection.system == system)
    ).one_or_none()


def list_all(session: Session, *, workspace_id: int) -> Sequence[CrmConnection]:
    """Return a workspace's connections, in the order in which they were added."""
    query = select(CrmConnection).where(CrmConnection.workspace_id == workspace_id)
    return session.exec(query.order_by(col(CrmConnection.id))).all()


def count_confirmed(session: Session) -> int:
    """Return how many CRMs of all workspaces are read on a schedule."""
    query = select(func.count()).select_from(CrmConnection).where(col(CrmConnection.confirmed_at).is_not(None))
    return session.exec(query).one()


def list_failing(session: Session) -> Sequence[CrmConnection]:
    """Return the connections of every workspace that could not be read or written."""
    wrong = col(CrmConnection.problem).is_not(None) | col(CrmConnection.write_problem).is_not(None)
    return session.exec(select(CrmConnection).where(wrong).order_by(col(CrmConnection.id))).all()


def add(session: Session, *, workspace_id: int, system: str, sealed: str, options: str, by: str, now: datetime) -> bool:
    """Add a connection, which is not read before it is confirmed. Return False if there is one to that CRM."""
    values = {
        **{"workspace_id": workspace_id, "system": system, "sealed": sealed, "options": options},
        **{"fields_to_write": "{}", "added_by": by, "added_at": now, "due_at": now, "failures": 0},
    }
    return insert_once(session, CrmConnection, values, unique=["workspace_id", "system"]) is not None


def remove(session: Session, *, workspace_id: int, system: str) -> bool:
    """Forget a connection; what was imported stays. Return False if there is none."""
    statement = delete(CrmConnection).where(
        col(CrmConnection.workspace_id) == workspace_id, col(CrmConnection.system) == system
    )
    return bool(session.exec(statement).rowcount)


def change(session: Session, *, workspace_id: int, system: str, **fields: Any) -> bool:
    """Change columns of a connection. Return False if there is none."""
    statement = update(CrmConnection).where(
        col(CrmConnection.workspace_id) == workspace_id, col(CrmConnection.system) == system
    )
    return bool(session.exec(statement.values(**fields)).rowcount)


def has_uninstalled(session: Session) -> bool:
    """Return whether a workspace that uninstalled Tend still has a connection."""
    return session.exec(select(CrmConnection.id).where(_UNINSTALLED).limit(1)).first() is not None


def remove_uninstalled(session: Session) -> int:
    """Forget the connections of every workspace that uninstalled Tend. Return how many."""
    return session.exec(delete(CrmConnection).where(_UNINSTALLED)).rowcount


def reseal(session: Session, change: Callable[[str], str]) -> int:
    """Encrypt anew how to get into every workspace's CRM. Return how many."""
    rows = session.exec(for_update(session, select(CrmConnection).order_by(col(CrmConnection.id)))).all()
    for row in rows:
        row.sealed = change(row.sealed)
        session.add(row)
    return len(rows)


def list_due(session: Session, *, now: datetime, limit: int) -> Sequence[CrmConnection]:
    """Return the confirmed connections of every workspace that are to be read, the longest due first."""
    query = select(CrmConnection).where(col(CrmConnection.due_at) <= now, col(CrmConnection.confirmed_at).is_not(None))
    return session.exec(query.order_by(col(CrmConnection.due_at)).limit(limit)).all()


def lease(
    session: Session, *, workspace_id: int, connection_id: int, was: datetime, until: datetime, now: datetime
) -> bool:
    """Return True to the one who may read a connection that was due then. Another may from `until` on.

    It is renewed in the same way.
    """
    return _update(session, workspace_id, connection_id, was, due_at=until, leased_at=now)


def finish(
    session: Session, *, workspace_id: int, connection_id: int, leased: datetime, due_at: datetime, **fields: Any
) -> bool:
    """Note how reading went, and when to read again. Return False if another reads it by now, or it was removed."""
    return _update(session, workspace_id, connection_id, leased, due_at=due_at, leased_at=None, **fields)


def _update(session: Session, workspace_id: int, connection_id: int, was: datetime, **values: Any) -> bool:
    statement = update(CrmConnection).where(
        col(CrmConnection.workspace_id) == workspace_id,
        col(CrmConnection.id) == connection_id,
        col(CrmConnection.due_at) == was,
    )
    return bool(session.exec(statement.values(**values)).rowcount == 1)
