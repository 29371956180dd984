"""What was last known of a workspace's partners, so that of many processes one tells a change, once."""

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import WebhookWatch


def get(session: Session, *, workspace_id: int) -> WebhookWatch | None:
    """Return what is known of a workspace."""
    return session.exec(select(WebhookWatch).where(WebhookWatch.workspace_id == workspace_id)).one_or_none()


def keep(session: Session, *, workspace_id: int, known: str, was: int | None) -> bool:
    """Keep what is known now. `was` is the version that it was compared with. False if another process was first."""
    if was is None:
        values = {"workspace_id": workspace_id, "known": known, "version": 1}
        return insert_once(session, WebhookWatch, values, unique=["workspace_id"]) is not None
    statement = update(WebhookWatch).where(
        col(WebhookWatch.workspace_id) == workspace_id, col(WebhookWatch.version) == was
    )
    return bool(session.exec(statement.values(known=known, version=was + 1)).rowcount == 1)


def forget(session: Session, *, workspace_id: int) -> None:
    """Forget what is known, so that the next look tells no change."""
    session.exec(delete(WebhookWatch).where(col(WebhookWatch.workspace_id) == workspace_id))
