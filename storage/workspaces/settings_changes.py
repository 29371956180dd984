"""Which settings somebody has chosen: the others are as they came."""

from sqlmodel import Session, select

from storage.tables import AuditEntry


def was_set(session: Session, *, workspace_id: int, key: str) -> bool:
    """Whether a setting was ever changed."""
    changes = select(AuditEntry.id).where(
        AuditEntry.workspace_id == workspace_id,
        AuditEntry.subject == "settings",
        AuditEntry.subject_id == workspace_id,
        AuditEntry.field == key,
    )
    return session.exec(changes.limit(1)).first() is not None
