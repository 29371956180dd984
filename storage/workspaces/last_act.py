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
    instants = []
    for workspace, by, acted_at in _DONE:
        query = select(acted_at).where(workspace == workspace_id, by == user_id, col(acted_at) > after)
        instants.append(session.exec(query.order_by(col(acted_at).desc()).limit(1)).first())
    promise_query = (
        select(NextStep.done_at)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(NextStep.workspace_id)) & (col(Partner.id) == col(NextStep.partner_id)),
        )
        .where(NextStep.workspace_id == workspace_id, Partner.owner == user_id, col(NextStep.done_at) > after)
    )
    instants.append(session.exec(promise_query.order_by(col(NextStep.done_at).desc()).limit(1)).first())
    return max((acted_at for acted_at in instants if acted_at is not None), default=None)
