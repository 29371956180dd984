"""What people did themselves, to know whether they still respond."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.tables import Activity, AuditEntry, NextStep, Partner, TrustRating

_DONE: tuple[tuple[Any, Any, Any], ...] = (
    (Activity.workspace_id, Activity.recorded_by, Activity.recorded_at),
    (TrustRating.workspace_id, TrustRating.recorded_by, TrustRating.recorded_at),
    (AuditEntry.workspace_id, AuditEntry.changed_by, AuditEntry.changed_at),
)


def last_act(session: Session, *, workspace_id: int, user_id: str, after: datetime) -> datetime | None:
    """Return when a person last recorded or changed anything after an instant, or kept a promise to one of their
    partners. None if they did not.
    """
    found = []
    for workspace, by, at in _DONE:
        mine = select(at).where(workspace == workspace_id, by == user_id, col(at) > after)
        found.append(session.exec(mine.order_by(col(at).desc()).limit(1)).first())
    kept = (
        select(NextStep.done_at)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(NextStep.workspace_id)) & (col(Partner.id) == col(NextStep.partner_id)),
        )
        .where(NextStep.workspace_id == workspace_id, Partner.owner == user_id, col(NextStep.done_at) > after)
    )
    found.append(session.exec(kept.order_by(col(NextStep.done_at).desc()).limit(1)).first())
    return max((at for at in found if at is not None), default=None)
