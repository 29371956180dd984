"""Who changed what, and when."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import Change


def note(
    session: Session,
    *,
    workspace_id: int,
    subject: str,
    subject_id: int,
    field: str,
    old: str | None,
    new: str | None,
    by: str,
    now: datetime,
) -> None:
    """Write down one change of one field, in the words a person would read."""
    session.add(
        Change(
            workspace_id=workspace_id,
            subject=subject,
            subject_id=subject_id,
            field=field,
            old=old,
            new=new,
            changed_at=now,
            changed_by=by,
        )
    )


def history(session: Session, *, workspace_id: int, subject: str, subject_id: int) -> Sequence[Change]:
    """All changes of one thing, the latest first."""
    return session.exec(
        select(Change)
        .where(Change.workspace_id == workspace_id, Change.subject == subject, Change.subject_id == subject_id)
        .order_by(col(Change.id).desc())
    ).all()
