"""Amendments of rows, with what is needed to undo them."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from storage.db.json_values import plain, stored
from storage.db.locks import get_of_partner
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
        before=_text(before),
        after=_text(after),
        asked=None if asked is None else _text(asked),
        amended_at=now,
        amended_by=by,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, *, workspace_id: int, amendment_id: int) -> Amendment | None:
    """Return an amendment, undone ones included."""
    query = select(Amendment).where(Amendment.workspace_id == workspace_id, Amendment.id == amendment_id)
    return get_of_partner(session, query, lambda row: _partners_of(session, row))


def _partners_of(session: Session, row: Amendment) -> Collection[int]:
    """Return the partners of an amendment: its own, its row's, and the one that its row goes back to."""
    table = SQLModel.metadata.tables[row.subject]
    condition = (table.c.workspace_id == row.workspace_id) & (table.c.id == row.subject_id)
    holders = set(session.scalars(select_columns(table.c.partner_id).where(condition)))
    return holders | {row.partner_id, json.loads(row.before).get("partner_id", row.partner_id)}


def last_change_of(
    session: Session, *, workspace_id: int, subject: str, subject_id: int, column: str
) -> Amendment | None:
    """Return the latest amendment of a row that changed a column and was not undone."""
    query = select(Amendment).where(
        Amendment.workspace_id == workspace_id,
        Amendment.subject == subject,
        Amendment.subject_id == subject_id,
        col(Amendment.undone_at).is_(None),
    )
    rows = session.exec(query.order_by(col(Amendment.id).desc()))
    return next((row for row in rows if column in json.loads(row.before)), None)


def columns(subject: str, text: str) -> dict[str, Any]:
    """Return `before` or `after` of an amendment of that table as column values."""
    table = SQLModel.metadata.tables[subject]
    return {name: stored(table.c[name].type, value) for name, value in json.loads(text).items()}


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps({name: plain(value) for name, value in values.items()})
