"""Trust ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

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
    rating = TrustRating(
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
    session.add(rating)
    session.flush()
    return rating


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
    wanted = select_columns(
        col(TrustRating.partner_id),
        col(TrustRating.side),
        col(TrustRating.rater),
        col(TrustRating.level),
        col(TrustRating.rated_on),
        col(TrustRating.id),
    ).where(
        col(TrustRating.workspace_id) == workspace_id,
        col(TrustRating.voided_at).is_(None),
        col(TrustRating.rated_on) <= until,
    )
    if ahead is not None:
        today, known_at = ahead
        wanted = wanted.where((col(TrustRating.rated_on) <= today) | (col(TrustRating.recorded_at) <= known_at))
    if partner_ids is not None:
        wanted = wanted.where(col(TrustRating.partner_id).in_(partner_ids))
    found: Sequence[tuple[int, str, str, int, date, int]] = session.execute(wanted).all()
    return found


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
