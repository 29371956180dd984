"""Which settings somebody has chosen: the others are as they came."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import AuditEntry


def was_set(session: Session, *, workspace_id: int, key: str) -> bool:
    """Return whether a setting was ever changed."""
    return last_set_at(session, workspace_id=workspace_id, key=key) is not None


def last_set_at(session: Session, *, workspace_id: int, key: str) -> datetime | None:
    """Return when a setting was last changed. None if it never was."""
    changes = select(AuditEntry).where(
        AuditEntry.workspace_id == workspace_id,
        AuditEntry.subject == "settings",
        AuditEntry.subject_id == workspace_id,
        AuditEntry.field == key,
    )
    row = session.exec(changes.order_by(col(AuditEntry.id).desc()).limit(1)).first()
    return row.changed_at if row else None
