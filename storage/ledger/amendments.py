"""Amendments of rows, with what is needed to undo them."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime
from sqlmodel import Session, SQLModel, select

from storage.db.engine import for_update
from storage.tables import Amendment


def note(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    subject: str,
    subject_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: str,
    now: datetime,
    asked: Mapping[str, Any] | None = None,
) -> Amendment:
    """Record columns of a row before and after a change. `asked` holds plain JSON values."""
    row = Amendment(
        workspace_id=workspace_id,
        partner_id=partner_id,
        subject=subject,
        subject_id=subject_id,
        before=json.dumps(before, default=_plain),
        after=json.dumps(after, default=_plain),
        asked=None if asked is None else json.dumps(asked, default=_plain),
        amended_at=now,
        amended_by=by,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, *, workspace_id: int, amendment_id: int) -> Amendment | None:
    """Return an amendment, undone ones included."""
    query = select(Amendment).where(Amendment.workspace_id == workspace_id, Amendment.id == amendment_id)
    return session.exec(for_update(session, query)).one_or_none()


def columns(subject: str, text: str) -> dict[str, Any]:
    """Return `before` or `after` of an amendment of that table as column values."""
    table = SQLModel.metadata.tables[subject]
    return {name: _stored(table.c[name].type, value) for name, value in json.loads(text).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    raise TypeError(value)


def _stored(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    # The type that keeps instants aware wraps the database's own type.
    return datetime.fromisoformat(value) if isinstance(getattr(kind, "impl", kind), DateTime) else value
