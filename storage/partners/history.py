"""What happened to a partner's record: its own changes, and how its referrals moved on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.tables import Activity, Change


@dataclass(frozen=True, slots=True)
class Noted:
    """One change of one field: from `old` to `new`, in words. `about` is the referral's title where it is of one."""

    field: str
    old: str | None
    new: str | None
    at: datetime
    by: str
    about: str | None = None


def of_partner(session: Session, *, workspace_id: int, partner_id: int, offset: int = 0, limit: int) -> list[Noted]:
    """A partner's changes and those of its activities, the latest first, after the first `offset` of them."""
    found = session.execute(
        select_columns(
            col(Change.field),
            col(Change.old),
            col(Change.new),
            col(Change.changed_at),
            col(Change.changed_by),
            col(Activity.title),
        )
        .select_from(Change)
        .outerjoin(
            Activity,
            and_(
                col(Change.subject) == "activity",
                col(Activity.id) == col(Change.subject_id),
                col(Activity.workspace_id) == col(Change.workspace_id),
            ),
        )
        .where(
            col(Change.workspace_id) == workspace_id,
            or_(
                and_(col(Change.subject) == "partner", col(Change.subject_id) == partner_id),
                col(Activity.partner_id) == partner_id,
            ),
        )
        .order_by(col(Change.changed_at).desc(), col(Change.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [Noted(field, old, new, at, by, title) for field, old, new, at, by, title in found]


def changed_by(session: Session, *, workspace_id: int, by: str, since: datetime, fields: Collection[str]) -> set[int]:
    """The partners in which somebody changed one of these fields from an instant on."""
    return set(
        session.exec(
            select(Change.subject_id).where(
                Change.workspace_id == workspace_id,
                Change.subject == "partner",
                Change.changed_by == by,
                Change.changed_at >= since,
                col(Change.field).in_(fields),
            )
        )
    )
