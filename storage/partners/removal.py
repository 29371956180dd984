"""A partner that nothing was recorded of, taken out again."""

from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, select

from storage.db import statements
from storage.tables import (
    NudgedSignal,
    Partner,
    PartnerExternalId,
    PartnerName,
    PartnerSpelling,
    SeenAddress,
    SignalNotice,
)

_OWN: tuple[type[SQLModel], ...] = (
    NudgedSignal,
    SignalNotice,
    PartnerSpelling,
    PartnerName,
    PartnerExternalId,
    SeenAddress,
)
"""What goes with a partner: it tells nothing that anybody did."""


def is_empty(session: Session, *, workspace_id: int, partner_id: int) -> bool:
    """Return whether nothing hangs on a partner but its names."""
    for table in SQLModel.metadata.tables.values():
        if "partner_id" not in table.c or "workspace_id" not in table.c or table.name in _names():
            continue
        mine = select(table.c.partner_id).where(table.c.workspace_id == workspace_id, table.c.partner_id == partner_id)
        if session.execute(mine.limit(1)).first() is not None:
            return False
    return True


def _names() -> set[str]:
    return {str(one.__tablename__) for one in _OWN}


def remove(session: Session, *, workspace_id: int, partner_id: int) -> None:
    """Delete an empty partner with its names."""
    for one in _OWN:
        columns: Any = statements.table_of(one).c
        session.execute(delete(one).where(columns.workspace_id == workspace_id, columns.partner_id == partner_id))
    columns = statements.table_of(Partner).c
    session.execute(delete(Partner).where(columns.workspace_id == workspace_id, columns.id == partner_id))
