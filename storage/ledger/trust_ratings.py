"""Trust ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.db import statements
from storage.db.bulk import insert_many
from storage.db.engine import to_change
from storage.tables import TrustRating

Given = tuple[int, str, str, int, date, int]
"""A rating: partner, side, rater, level, day, id."""


def rate(
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
    """Write down one rating."""
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
    return statements.add(session, row)


def get(session: Session, *, workspace_id: int, rating_id: int) -> TrustRating | None:
    """A rating of this workspace."""
    return session.exec(
        to_change(
            session, select(TrustRating).where(TrustRating.workspace_id == workspace_id, TrustRating.id == rating_id)
        )
    ).one_or_none()


def last_recorded(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[TrustRating]:
    """A partner's ratings that stand, the last recorded first."""
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


def of_source(session: Session, *, workspace_id: int, source_key: str) -> TrustRating | None:
    """The rating that another system knows by that key, voided ones too."""
    return session.exec(
        select(TrustRating).where(TrustRating.workspace_id == workspace_id, TrustRating.source_key == source_key)
    ).one_or_none()


def ratings(
    session: Session,
    *,
    workspace_id: int,
    until: date,
    rated_after: date | None = None,
    partner_ids: Collection[int] | None = None,
) -> Sequence[Given]:
    """Every rating that stands, given by `until`; with `rated_after`, of partners only that were rated after it."""
    asked: dict[str, Any] = {"workspace": workspace_id, "until": until} | statements.named(partner_ids)
    wanted = _standing(statements.Of.these(partner_ids), planned=False)
    if rated_after is not None:
        asked["after"] = rated_after
        lately = wanted.with_only_columns(_OF.partner_id).where(_OF.rated_on > bindparam("after"))
        wanted = wanted.where(_OF.partner_id.in_(lately))
    return statements.ask(session, wanted, asked).all()


def planned(
    session: Session,
    *,
    workspace_id: int,
    today: date,
    until: date,
    known_at: datetime,
    partner_ids: Collection[int] | None = None,
) -> Sequence[Given]:
    """Those of the days in `(today, until]` that had been recorded by an instant."""
    asked: dict[str, Any] = {"workspace": workspace_id, "until": until} | statements.named(partner_ids)
    asked |= {"today": today, "known_at": known_at}
    return statements.ask(session, _standing(statements.Of.these(partner_ids), planned=True), asked).all()


_OF = statements.table_of(TrustRating).c


@lru_cache
def _standing(of: statements.Of, *, planned: bool) -> Select[*tuple[Any, ...]]:
    wanted = select_columns(_OF.partner_id, _OF.side, _OF.rater, _OF.level, _OF.rated_on, _OF.id).where(
        _OF.workspace_id == bindparam("workspace"), _OF.voided_at.is_(None), _OF.rated_on <= bindparam("until")
    )
    if planned:
        wanted = wanted.where(_OF.rated_on > bindparam("today"), _OF.recorded_at <= bindparam("known_at"))
    return of.narrow(wanted, _OF.partner_id)


def rate_many(
    session: Session,
    *,
    workspace_id: int,
    columns: Mapping[str, Sequence[Any]],
    batch_id: int,
    by: str,
    now: datetime,
) -> None:
    """Write the ratings of an import, given column by column; those of the import itself are not among them."""
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "recorded_by": by, "recorded_at": now}
    insert_many(session, TrustRating, columns=columns, same=same)
