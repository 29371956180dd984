"""What people did about partners that a nudge told of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import Activity, AuditEntry, Delivery, NextStep

SETTLING = ("status", "snoozed until", "review held", "kept")
"""The fields of a change that answers a nudge, as the history has them."""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody did something about a partner. `what` is `logged`, `promise` or the field of a change; `of` is the kind
    of what was logged, the promise, or what the field holds now."""

    partner_id: int
    at: datetime
    by: str
    what: str
    of: str | None


def waiting(session: Session, *, workspace_id: int, since: datetime) -> Sequence[Delivery]:
    """Return the nudges sent since an instant in which a partner still waits for somebody to act, the latest first."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.kind == "nudge",
            Delivery.state == "sent",
            col(Delivery.awaits).is_not(None),
            col(Delivery.sent_at) >= since,
        )
        .order_by(col(Delivery.id).desc())
    ).all()


def since(session: Session, *, workspace_id: int, partner_ids: Collection[int], after: datetime) -> list[Act]:
    """Return what was done about these partners after an instant, the earliest first."""
    rows = session.exec(
        select(Activity).where(
            Activity.workspace_id == workspace_id,
            col(Activity.partner_id).in_(partner_ids),
            col(Activity.recorded_at) > after,
            col(Activity.voided_at).is_(None),
        )
    )
    found = [Act(row.partner_id, row.recorded_at, row.recorded_by, "logged", row.medium or row.kind) for row in rows]
    kept = session.exec(
        select(NextStep).where(
            NextStep.workspace_id == workspace_id,
            col(NextStep.partner_id).in_(partner_ids),
            NextStep.side == "us",
            col(NextStep.done_at) > after,
            col(NextStep.voided_at).is_(None),
        )
    )
    found += [Act(one.partner_id, one.done_at, "", "promise", one.what) for one in kept if one.done_at]
    changes = session.exec(
        select(AuditEntry).where(
            AuditEntry.workspace_id == workspace_id,
            AuditEntry.subject == "partner",
            col(AuditEntry.subject_id).in_(partner_ids),
            col(AuditEntry.field).in_(SETTLING),
            col(AuditEntry.changed_at) > after,
        )
    )
    found += [Act(one.subject_id, one.changed_at, one.changed_by, one.field, one.new) for one in changes]
    return sorted(found, key=lambda act: act.at)


def set_waiting(session: Session, *, delivery_id: int, partner_ids: Collection[int]) -> None:
    """Store for which partners in a nudge nobody has acted yet."""
    row = session.get_one(Delivery, delivery_id)
    row.awaits = " ".join(str(id) for id in partner_ids) or None
    session.add(row)


def awaited(row: Delivery) -> list[int]:
    """Return the ids of the partners that a nudge still waits for."""
    return [int(id) for id in (row.awaits or "").split()]
