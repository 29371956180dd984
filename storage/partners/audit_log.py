"""Who changed what, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.db.bulk import insert_many
from storage.tables import AuditEntry


def log_change(
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
    """Record one change of one field, with values as a person would read them."""
    session.add(
        AuditEntry(
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


def log_changes(
    session: Session, *, workspace_id: int, subject: str, rows: Sequence[Mapping[str, Any]], by: str, now: datetime
) -> None:
    """Record many changes of one type of subject. Each row has `subject_id`, `field`, `old` and `new`."""
    same = {"workspace_id": workspace_id, "subject": subject, "changed_by": by, "changed_at": now}
    columns = {name: [row[name] for row in rows] for name in ("subject_id", "field", "old", "new")}
    insert_many(session, AuditEntry, columns=columns, same=same)


def field_changes_since(
    session: Session, *, workspace_id: int, subject: str, field: str, instant: datetime
) -> list[tuple[int, str | None, datetime]]:
    """Return how one field changed after an instant, earliest first: (subject id, old value, when)."""
    rows = session.exec(
        select(AuditEntry.subject_id, AuditEntry.old, AuditEntry.changed_at)
        .where(
            AuditEntry.workspace_id == workspace_id,
            AuditEntry.subject == subject,
            AuditEntry.field == field,
            col(AuditEntry.changed_at) > instant,
        )
        .order_by(col(AuditEntry.id))
    )
    return list(rows)


def list_changes(session: Session, *, workspace_id: int, subject: str, subject_id: int) -> Sequence[AuditEntry]:
    """Return all changes of one subject, latest first."""
    return session.exec(
        select(AuditEntry)
        .where(
            AuditEntry.workspace_id == workspace_id, AuditEntry.subject == subject, AuditEntry.subject_id == subject_id
        )
        .order_by(col(AuditEntry.id).desc())
    ).all()
