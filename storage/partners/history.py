"""The history of a partner's record: its own changes, and the progress of its referrals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.tables import Activity, AuditEntry, ContactPerson, NextStep, Partner, TrustRating


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one field, from `old` to `new` as text. `about` is the activity or promise that changed."""

    field: str
    old: str | None
    new: str | None
    at: datetime
    by: str
    about: str | None = None


def list_history(
    session: Session, *, workspace_id: int, partner_id: int, offset: int = 0, limit: int
) -> list[HistoryRow]:
    """Return the changes of a partner and of its rows and people, latest first, skipping `offset`.

    Changes that stayed with a partner that was merged into it are about that one.
    """
    merged = aliased(Partner)
    rows = session.execute(
        select_columns(
            col(AuditEntry.field),
            col(AuditEntry.old),
            col(AuditEntry.new),
            col(AuditEntry.changed_at),
            col(AuditEntry.changed_by),
            func.coalesce(col(Activity.title), col(NextStep.what), col(ContactPerson.name), merged.name),
        )
        .select_from(AuditEntry)
        .outerjoin(Activity, _is_of("activity", Activity))
        .outerjoin(TrustRating, _is_of("trust_rating", TrustRating))
        .outerjoin(NextStep, _is_of("next_step", NextStep))
        .outerjoin(ContactPerson, _is_of("contact_person", ContactPerson))
        .outerjoin(
            merged,
            and_(
                col(AuditEntry.subject) == "partner",
                col(merged.id) == col(AuditEntry.subject_id),
                col(merged.workspace_id) == col(AuditEntry.workspace_id),
                col(merged.merged_into_id) == partner_id,
            ),
        )
        .where(
            col(AuditEntry.workspace_id) == workspace_id,
            or_(
                and_(col(AuditEntry.subject) == "partner", col(AuditEntry.subject_id) == partner_id),
                col(Activity.partner_id) == partner_id,
                col(TrustRating.partner_id) == partner_id,
                col(NextStep.partner_id) == partner_id,
                col(ContactPerson.partner_id) == partner_id,
                col(merged.id).is_not(None),
            ),
        )
        .order_by(col(AuditEntry.changed_at).desc(), col(AuditEntry.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [HistoryRow(field, old, new, changed_at, by, title) for field, old, new, changed_at, by, title in rows]


def _is_of(
    subject: str, table: type[Activity] | type[TrustRating] | type[NextStep] | type[ContactPerson]
) -> ColumnElement[bool]:
    return and_(
        col(AuditEntry.subject) == subject,
        col(table.id) == col(AuditEntry.subject_id),
        col(table.workspace_id) == col(AuditEntry.workspace_id),
    )


def changed_by(session: Session, *, workspace_id: int, by: str, since: datetime, fields: Collection[str]) -> set[int]:
    """Return the partners in which a person changed one of these fields since an instant."""
    return set(
        session.exec(
            select(AuditEntry.subject_id).where(
                AuditEntry.workspace_id == workspace_id,
                AuditEntry.subject == "partner",
                AuditEntry.changed_by == by,
                AuditEntry.changed_at >= since,
                col(AuditEntry.field).in_(fields),
            )
        )
    )
