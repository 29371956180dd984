"""Ledger totals over all partners, and per person who recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from storage.ledger.activities import API_PREFIX, AUTOMATIC, TOUCHES
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class Span:
    """Days `(after, until]`, and the instants at which those two days end.

    A row belongs to the day by which it had both happened and been recorded, so to exactly one of consecutive spans.
    `late` rows happened before the span and were recorded in it.
    """

    after: date
    until: date
    after_at: datetime
    until_at: datetime


def activity_totals(
    session: Session, *, workspace_id: int, span: Span, late: bool = False
) -> dict[tuple[str, str], int]:
    """Return the sums of `count` over all partners for a span, either what happened in it or what was `late`, by kind
    and direction.
    """
    group = (col(Activity.kind), col(Activity.direction))
    query = (
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.kind).in_(TOUCHES),
            *_belongs(col(Activity.occurred_on), col(Activity.recorded_at), span, late),
        )
        .group_by(*group)
    )
    return {(kind, direction): int(number) for kind, direction, number in session.execute(query)}


def won_total(session: Session, *, workspace_id: int, span: Span, late: bool = False) -> int:
    """Return the money won `in` over all partners for a span, either won in it or `late`, in minor units."""
    said_at = func.coalesce(col(Activity.outcome_at), col(Activity.recorded_at))
    won = session.execute(
        select_columns(func.sum(col(Activity.value_minor))).where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.outcome) == "won",
            col(Activity.direction) == "in",
            *_belongs(col(Activity.outcome_on), said_at, span, late),
        )
    ).scalar_one()
    return int(won or 0)


def _belongs(on: Any, recorded_at: Any, span: Span, late: bool) -> tuple[Any, ...]:
    if late:
        return on <= span.after, recorded_at > span.after_at, recorded_at <= span.until_at
    return on > span.after, on <= span.until, recorded_at <= span.until_at


def logged_by_person(session: Session, *, workspace_id: int, after: datetime, until: datetime) -> dict[str, int]:
    """Count the rows that each person recorded by hand in `(after, until]`. Attempts and rows from imports,
    integrations and linked channels don't count.
    """
    rows = session.execute(
        select_columns(col(Activity.recorded_by), func.count())
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.recorded_by).not_in(AUTOMATIC),
            col(Activity.kind).in_(TOUCHES),
            col(Activity.batch_id).is_(None),
            ~col(Activity.recorded_by).startswith(API_PREFIX),
            col(Activity.recorded_at) > after,
            col(Activity.recorded_at) <= until,
        )
        .group_by(col(Activity.recorded_by))
    )
    return {by: int(number) for by, number in rows}
