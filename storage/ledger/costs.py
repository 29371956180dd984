"""Costs of partnerships: money, and minutes of our time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.db.locks import get_of_partner
from storage.tables import Activity, Cost, Partner

_AGREED_COLUMNS = (
    col(Partner.terms_retainer_minor),
    col(Partner.terms_fee_minor),
    col(Partner.terms_rate_minor),
    col(Partner.terms_worth_minor),
)


@dataclass(frozen=True, slots=True)
class CostTotals:
    """A partner's cost in one window. `recorded` is False if there is no cost at all."""

    money_minor: int
    minutes: int
    recorded: bool


def record(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    spent_on: date,
    money_minor: int | None = None,
    minutes: int | None = None,
    what: str,
    by: str,
    now: datetime,
) -> Cost:
    """Record money or minutes, one of the two."""
    row = Cost(
        workspace_id=workspace_id,
        partner_id=partner_id,
        spent_on=spent_on,
        money_minor=money_minor,
        minutes=minutes,
        what=what,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, *, workspace_id: int, cost_id: int) -> Cost | None:
    """Return a cost, voided ones included."""
    return get_of_partner(session, select(Cost).where(Cost.workspace_id == workspace_id, Cost.id == cost_id))


def has_any_money(session: Session, *, workspace_id: int) -> bool:
    """Return whether the workspace has any amount, won, spent or agreed. Its currency is then fixed."""
    won = select(Activity.id).where(Activity.workspace_id == workspace_id, col(Activity.value_minor).is_not(None))
    spent = select(Cost.id).where(Cost.workspace_id == workspace_id, col(Cost.money_minor).is_not(None))
    agreed = select(Partner.id).where(
        Partner.workspace_id == workspace_id,
        col(Partner.merged_into_id).is_(None),
        or_(*(column.is_not(None) for column in _AGREED_COLUMNS)),
    )
    return any(session.exec(query.limit(1)).first() is not None for query in (won, spent, agreed))


def recent(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[Cost]:
    """Return a partner's latest costs, newest first."""
    return session.exec(
        select(Cost)
        .where(Cost.workspace_id == workspace_id, Cost.partner_id == partner_id, col(Cost.voided_at).is_(None))
        .order_by(col(Cost.spent_on).desc(), col(Cost.id).desc())
        .limit(limit)
    ).all()


def totals_by_partner(
    session: Session,
    *,
    workspace_id: int,
    windows: Sequence[tuple[date, date]],
    partner_ids: Collection[int] | None = None,
) -> dict[int, tuple[CostTotals, ...]]:
    """Return for each partner with costs its totals in each window `(after, until]`."""
    day = col(Cost.spent_on)
    columns = [
        func.sum(case((inside, value), else_=0))
        for inside in ((day > after) & (day <= until) for after, until in windows)
        for value in (col(Cost.money_minor), col(Cost.minutes), 1)
    ]
    query = (
        select_columns(col(Cost.partner_id), *columns)
        .where(col(Cost.workspace_id) == workspace_id, col(Cost.voided_at).is_(None))
        .group_by(col(Cost.partner_id))
    )
    if partner_ids is not None:
        query = query.where(col(Cost.partner_id).in_(partner_ids))
    return {
        partner: tuple(
            CostTotals(int(sums[place] or 0), int(sums[place + 1] or 0), bool(sums[place + 2]))
            for place in range(0, len(sums), 3)
        )
        for partner, *sums in session.execute(query)
    }
