"""Trust ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from storage import plain
from storage.bulk import insert_many
from storage.engine import to_change
from storage.tables import TrustRating


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
    return plain.add(session, row)


def get(session: Session, *, workspace_id: int, rating_id: int) -> TrustRating | None:
    """A rating of this workspace."""
    return session.exec(
        to_change(
            session, select(TrustRating).where(TrustRating.workspace_id == workspace_id, TrustRating.id == rating_id)
        )
    ).one_or_none()


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
    ahead: tuple[date, datetime] | None = None,
    partner_ids: Collection[int] | None = None,
) -> Sequence[tuple[int, str, str, int, date, int]]:
    """Every rating that stands, given by `until`: partner, side, rater, level, day, id.

    With `ahead`, a day and an instant, those of a later day only where they had been recorded by that instant.
    """
    asked: dict[str, Any] = {"workspace": workspace_id, "until": until} | plain.named(partner_ids)
    if ahead is not None:
        asked |= {"today": ahead[0], "known_at": ahead[1]}
    wanted = _standing(plain.Of.these(partner_ids), ahead=ahead is not None)
    return plain.ask(session, wanted, asked).all()


_OF = plain.table_of(TrustRating).c


@lru_cache
def _standing(of: plain.Of, *, ahead: bool) -> Select[*tuple[Any, ...]]:
    wanted = select_columns(_OF.partner_id, _OF.side, _OF.rater, _OF.level, _OF.rated_on, _OF.id).where(
        _OF.workspace_id == bindparam("workspace"), _OF.voided_at.is_(None), _OF.rated_on <= bindparam("until")
    )
    if ahead:
        wanted = wanted.where((_OF.rated_on <= bindparam("today")) | (_OF.recorded_at <= bindparam("known_at")))
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
