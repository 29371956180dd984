"""Which settings somebody has chosen: the others are as they came."""

from sqlmodel import Session, select

from storage.tables import Change


def was_set(session: Session, *, workspace_id: int, key: str) -> bool:
    """Whether a setting was ever changed."""
    changes = select(Change.id).where(
        Change.workspace_id == workspace_id,
        Change.subject == "settings",
        Change.subject_id == workspace_id,
        Change.field == key,
    )
    return session.exec(changes.limit(1)).first() is not None
