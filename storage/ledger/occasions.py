"""What there is to talk about with several partners at once."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from storage.tables import Activity

LOOKED_BACK = timedelta(days=400)


def open_leads(session: Session, *, workspace_id: int, partner_ids: Collection[int]) -> dict[int, Activity]:
    """Return each partner's newest referral that is neither won, lost nor declined."""
    is_lead = col(Activity.outcome).in_(("introduced", "met")), Activity.title != ""
    return _first_of_each(session, workspace_id, partner_ids, is_lead, _NEWEST)


def coming(session: Session, *, workspace_id: int, partner_ids: Collection[int], after: date) -> dict[int, Activity]:
    """Return what is planned next with each partner after a day."""
    is_planned = col(Activity.occurred_on) > after, Activity.kind != "attempt"
    return _first_of_each(session, workspace_id, partner_ids, is_planned, (Activity.occurred_on, Activity.id))


def last_topics(
    session: Session, *, workspace_id: int, partner_ids: Collection[int], until: date
) -> dict[int, Activity]:
    """Return each partner's newest row of the past year that says what it was about, other than a lead."""
    says_what = (
        col(Activity.occurred_on) <= until,
        col(Activity.occurred_on) > until - LOOKED_BACK,
        Activity.kind != "attempt",
        col(Activity.outcome).is_(None),
        or_(Activity.title != "", col(Activity.note) != ""),
    )
    return _first_of_each(session, workspace_id, partner_ids, says_what, _NEWEST)


_NEWEST = (col(Activity.occurred_on).desc(), col(Activity.id).desc())


def _first_of_each(
    session: Session, workspace_id: int, partner_ids: Collection[int], conditions: Sequence[Any], order: Sequence[Any]
) -> dict[int, Activity]:
    """Return the first of each partner's rows that stand and meet the conditions."""
    place = func.row_number().over(partition_by=col(Activity.partner_id), order_by=order).label("place")
    standing = (
        col(Activity.workspace_id) == workspace_id,
        col(Activity.partner_id).in_(partner_ids),
        col(Activity.voided_at).is_(None),
    )
    numbered = select(col(Activity.id), place).where(*standing, *conditions).subquery()
    first = (
        select(Activity)
        .join(numbered, col(Activity.id) == numbered.c.id)
        .where(Activity.workspace_id == workspace_id, numbered.c.place == 1)
    )
    return {row.partner_id: row for row in session.exec(first)}
