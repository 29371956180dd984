"""What there is to talk about with several partners at once."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from storage.tables import Activity

LOOKED_BACK = timedelta(days=400)


def open_leads(session: Session, *, workspace_id: int, partner_ids: Collection[int]) -> dict[int, Activity]:
    """Return each partner's newest referral that is neither won, lost nor declined."""
    query = _standing(workspace_id, partner_ids).where(
        col(Activity.outcome).in_(("introduced", "met")), Activity.title != ""
    )
    return _first_of(session, query.order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc()))


def coming(session: Session, *, workspace_id: int, partner_ids: Collection[int], after: date) -> dict[int, Activity]:
    """Return what is planned next with each partner after a day."""
    query = _standing(workspace_id, partner_ids).where(col(Activity.occurred_on) > after, Activity.kind != "attempt")
    return _first_of(session, query.order_by(col(Activity.occurred_on), col(Activity.id)))


def last_topics(
    session: Session, *, workspace_id: int, partner_ids: Collection[int], until: date
) -> dict[int, Activity]:
    """Return each partner's newest row of the past year that says what it was about, other than a lead."""
    query = _standing(workspace_id, partner_ids).where(
        col(Activity.occurred_on) <= until,
        col(Activity.occurred_on) > until - LOOKED_BACK,
        Activity.kind != "attempt",
        col(Activity.outcome).is_(None),
        or_(Activity.title != "", col(Activity.note) != ""),
    )
    return _first_of(session, query.order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc()))


def _standing(workspace_id: int, partner_ids: Collection[int]) -> Any:
    return select(Activity).where(
        Activity.workspace_id == workspace_id,
        col(Activity.partner_id).in_(partner_ids),
        col(Activity.voided_at).is_(None),
    )


def _first_of(session: Session, query: Any) -> dict[int, Activity]:
    found: dict[int, Activity] = {}
    for row in session.exec(query):
        found.setdefault(row.partner_id, row)
    return found
