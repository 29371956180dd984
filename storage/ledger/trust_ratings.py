"""Record and query trust ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.db import statements
from storage.db.bulk import insert_many
from storage.db.locks import get_of_partner
from storage.tables import TrustRating

RatingRow = tuple[int, str, str, int, date, int]
"""A rating: partner, side, rater, level, day, id."""


def record_rating(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    side: str,
    level: int,
    rated_on: date,
    rater: str,
    by: str,
    now: datetime,
    note: str = "",
    source_key: str | None = None,
    batch_id: int | None = None,
) -> TrustRating:
    """Record one rating."""
    row = TrustRating(
        workspace_id=workspace_id,
        partner_id=partner_id,
        side=side,
        level=level,
        rated_on=rated_on,
        rater=rater,
        note=note,
        source_key=source_key,
        batch_id=batch_id,
        recorded_at=now,
        recorded_by=by,
    )
    return statements.insert_row(session, row)


def get(session: Session, *, workspace_id: int, rating_id: int) -> TrustRating | None:
    """Return a rating."""
    return get_of_partner(
        session, select(TrustRating).where(TrustRating.workspace_id == workspace_id, TrustRating.id == rating_id)
    )


def recently_recorded(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[TrustRating]:
    """Return a partner's ratings, last recorded first."""
    return session.exec(
        select(TrustRating)
        .where(
            TrustRating.workspace_id == workspace_id,
            TrustRating.partner_id == partner_id,
            col(TrustRating.voided_at).is_(None),
        )
        .order_by(col(TrustRating.recorded_at).desc(), col(TrustRating.id).desc())
        .limit(limit)
    ).all()


def get_by_source_key(session: Session, *, workspace_id: int, source_key: str) -> TrustRating | None:
    """Return the rating with that source key, voided ones included."""
    return session.exec(
        select(TrustRating).where(TrustRating.workspace_id == workspace_id, TrustRating.source_key == source_key)
    ).one_or_none()


def load_ratings(
    session: Session,
    *,
    workspace_id: int,
    until: date,
    rated_after: date | None = None,
    partner_ids: Collection[int] | None = None,
) -> Sequence[RatingRow]:
    """Return every rating up to `until`. With `rated_after`, only for partners rated after that day."""
    values: dict[str, Any] = {"workspace": workspace_id, "until": until} | statements.filter_values(partner_ids)
    query = _rating_query(statements.PartnerFilter.for_ids(partner_ids), planned=False)
    if rated_after is not None:
        values["after"] = rated_after
        lately = query.with_only_columns(_RATING.partner_id).where(_RATING.rated_on > bindparam("after"))
        query = query.where(_RATING.partner_id.in_(lately))
    return statements.execute(session, query, values).all()


def load_planned(
    session: Session,
    *,
    workspace_id: int,
    today: date,
    until: date,
    known_at: datetime,
    partner_ids: Collection[int] | None = None,
) -> Sequence[RatingRow]:
    """Return the ratings of the days in `(today, until]` that had been recorded by an instant."""
    values: dict[str, Any] = {"workspace": workspace_id, "until": until} | statements.filter_values(partner_ids)
    values |= {"today": today, "known_at": known_at}
    return statements.execute(
        session, _rating_query(statements.PartnerFilter.for_ids(partner_ids), planned=True), values
    ).all()


_RATING = statements.table_of(TrustRating).c


@lru_cache
def _rating_query(partner_filter: statements.PartnerFilter, *, planned: bool) -> Select[*tuple[Any, ...]]:
    query = select_columns(
        _RATING.partner_id, _RATING.side, _RATING.rater, _RATING.level, _RATING.rated_on, _RATING.id
    ).where(
        _RATING.workspace_id == bindparam("workspace"),
        _RATING.voided_at.is_(None),
        _RATING.rated_on <= bindparam("until"),
    )
    if planned:
        query = query.where(_RATING.rated_on > bindparam("today"), _RATING.recorded_at <= bindparam("known_at"))
    return partner_filter.apply(query, _RATING.partner_id)


def record_many(
    session: Session,
    *,
    workspace_id: int,
    columns: Mapping[str, Sequence[Any]],
    batch_id: int,
    by: str,
    now: datetime,
) -> None:
    """Insert the ratings of an import, given as columns, without the columns that all rows share."""
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "recorded_by": by, "recorded_at": now}
    insert_many(session, TrustRating, columns=columns, same=same)
