"""Completed reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.tables import AuditEntry, Partner, Review


def record_review(
    session: Session, *, workspace_id: int, partner_id: int, by: str, now: datetime, **fields: Any
) -> Review:
    """Record a review. `fields` are the other columns of `Review`."""
    row = Review(workspace_id=workspace_id, partner_id=partner_id, recorded_by=by, recorded_at=now, **fields)
    session.add(row)
    session.flush()
    return row


def list_reviews(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[Review]:
    """Return a partner's latest reviews, newest first."""
    return session.exec(
        select(Review)
        .where(Review.workspace_id == workspace_id, Review.partner_id == partner_id)
        .order_by(col(Review.held_on).desc(), col(Review.id).desc())
        .limit(limit)
    ).all()


def partners_ended_since(session: Session, *, workspace_id: int, instant: datetime) -> set[int]:
    """Return the partners that ended after an instant, by their history, and are still ended."""
    return set(
        session.exec(
            select(AuditEntry.subject_id)
            .join(
                Partner,
                (col(Partner.id) == AuditEntry.subject_id) & (col(Partner.workspace_id) == AuditEntry.workspace_id),
            )
            .where(
                AuditEntry.workspace_id == workspace_id,
                AuditEntry.subject == "partner",
                AuditEntry.field == "status",
                col(AuditEntry.new).startswith("ended"),
                col(AuditEntry.changed_at) > instant,
                Partner.status == "ended",
            )
        )
    )
