"""All that was recorded of partners, with when it was: to look back at what was known on a day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from storage.db import statements
from storage.tables import Activity, NextStep, TrustRating

_ROW, _RATING, _STEP = (statements.table_of(model).c for model in (Activity, TrustRating, NextStep))


class PastActivity(NamedTuple):
    """An activity, voided ones included. `batch_id` tells imported ones."""

    partner_id: int
    occurred_on: date
    kind: str
    direction: str
    number: int
    recorded_at: datetime
    batch_id: int | None
    voided_at: datetime | None
    outcome: str | None
    outcome_on: date | None
    outcome_at: datetime | None
    value_minor: int | None


class PastRating(NamedTuple):
    """A trust rating, voided ones included."""

    partner_id: int
    side: str
    rater: str
    level: int
    rated_on: date
    id: int
    recorded_at: datetime
    batch_id: int | None
    voided_at: datetime | None


class PastPromise(NamedTuple):
    """A promise of ours with a day."""

    partner_id: int
    due_on: date
    created_at: datetime
    done_at: datetime | None


def list_activities(
    session: Session, *, workspace_id: int, partner_ids: Collection[int] | None = None
) -> list[PastActivity]:
    """Return activities by partner and day."""
    rows = _execute(session, _activity_query, workspace_id, partner_ids)
    return [PastActivity(*row) for row in rows]


def list_ratings(
    session: Session, *, workspace_id: int, partner_ids: Collection[int] | None = None
) -> list[PastRating]:
    """Return trust ratings."""
    return [PastRating(*row) for row in _execute(session, _rating_query, workspace_id, partner_ids)]


def list_promises(
    session: Session, *, workspace_id: int, partner_ids: Collection[int] | None = None
) -> list[PastPromise]:
    """Return our promises that have a day and were not withdrawn."""
    return [PastPromise(*row) for row in _execute(session, _promise_query, workspace_id, partner_ids)]


def _execute(session: Session, query: Any, workspace_id: int, partner_ids: Collection[int] | None) -> Sequence[Any]:
    values = {"workspace": workspace_id} | statements.filter_values(partner_ids)
    return statements.execute(session, query(statements.PartnerFilter.for_ids(partner_ids)), values).all()


@lru_cache
def _activity_query(partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    columns = (_ROW["count" if name == "number" else name] for name in PastActivity._fields)
    query = select(*columns).where(_ROW.workspace_id == bindparam("workspace"))
    return partner_filter.apply(query.order_by(_ROW.partner_id, _ROW.occurred_on, _ROW.id), _ROW.partner_id)


@lru_cache
def _rating_query(partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    query = select(*(_RATING[name] for name in PastRating._fields)).where(
        _RATING.workspace_id == bindparam("workspace")
    )
    return partner_filter.apply(query, _RATING.partner_id)


@lru_cache
def _promise_query(partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    query = select(*(_STEP[name] for name in PastPromise._fields)).where(
        _STEP.workspace_id == bindparam("workspace"),
        _STEP.side == "us",
        _STEP.due_on.is_not(None),
        _STEP.voided_at.is_(None),
    )
    return partner_filter.apply(query, _STEP.partner_id)
