"""Detect duplicate activities."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from storage.db import statements
from storage.tables import Activity

_ROW = statements.table_of(Activity).c
_RECENT_QUERY = select(
    _ROW.kind, _ROW.direction, _ROW.title, _ROW.medium, _ROW.value_minor, _ROW.count, _ROW.recorded_by
).where(
    _ROW.workspace_id == bindparam("workspace"),
    _ROW.partner_id == bindparam("partner"),
    _ROW.occurred_on == bindparam("day"),
    _ROW.voided_at.is_(None),
    _ROW.recorded_at >= bindparam("since"),
)


def count_duplicates(session: Session, *, workspace_id: int, row: Activity, since: datetime) -> int:
    """Count the activities equal to this one that the same person recorded since, itself included."""
    values = {"workspace": workspace_id, "partner": row.partner_id, "day": row.occurred_on, "since": since}
    same = (row.kind, row.direction, row.title, row.medium, row.value_minor, row.count, row.recorded_by)
    return sum(1 for recent in statements.execute(session, _RECENT_QUERY, values) if tuple(recent) == same)
