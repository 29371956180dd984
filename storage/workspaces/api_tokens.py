"""Integrations that use the API, and the hashes of their tokens."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select, update

from storage.tables import Activity, Integration, Partner, TrustRating


def create(
    session: Session,
    *,
    workspace_id: int,
    name: str,
    prefix: str,
    token_hash: str,
    by: str,
    now: datetime,
    reads_scores: bool = True,
) -> Integration:
    """Create an integration."""
    row = Integration(
        workspace_id=workspace_id,
        name=name,
        prefix=prefix,
        token_hash=token_hash,
        made_by=by,
        made_at=now,
        reads_scores=reads_scores,
    )
    session.add(row)
    session.flush()
    return row


def find_by_token(session: Session, *, token_hash: str) -> Integration | None:
    """Return the integration with that token in any workspace, unless it was revoked."""
    return session.exec(
        select(Integration).where(Integration.token_hash == token_hash, col(Integration.revoked_at).is_(None))
    ).one_or_none()


def get(session: Session, *, workspace_id: int, integration_id: int) -> Integration | None:
    """Return an integration, revoked ones included."""
    return session.exec(
        select(Integration).where(Integration.workspace_id == workspace_id, Integration.id == integration_id)
    ).one_or_none()


def list_active(session: Session, *, workspace_id: int) -> Sequence[Integration]:
    """Return the integrations with valid tokens, oldest first."""
    return session.exec(
        select(Integration)
        .where(Integration.workspace_id == workspace_id, col(Integration.revoked_at).is_(None))
        .order_by(col(Integration.id))
    ).all()


def count_request(session: Session, *, workspace_id: int, integration_id: int, minute: datetime, day: date) -> int:
    """Count a request. Return the number in this minute, or 0 if the token was revoked meanwhile."""
    same = col(Integration.minute_at) == minute
    counted = session.execute(
        update(Integration)
        .where(
            col(Integration.workspace_id) == workspace_id,
            col(Integration.id) == integration_id,
            col(Integration.revoked_at).is_(None),
        )
        .values(
            minute_count=case((same, col(Integration.minute_count) + 1), else_=1), minute_at=minute, last_used_on=day
        )
        .returning(col(Integration.minute_count))
    ).scalar_one_or_none()
    return counted or 0


def revoke(session: Session, *, workspace_id: int, integration_id: int, by: str, now: datetime) -> bool:
    """Revoke the token. Return False if it was already revoked."""
    result = session.exec(
        update(Integration)
        .where(
            col(Integration.workspace_id) == workspace_id,
            col(Integration.id) == integration_id,
            col(Integration.revoked_at).is_(None),
        )
        .values(revoked_at=now, revoked_by=by)
    )
    return result.rowcount == 1


def count_records(session: Session, *, workspace_id: int, by: str, since: datetime) -> int:
    """Return how many activities and ratings `by` recorded since an instant, without those that were undone."""
    return sum(
        session.exec(
            select(func.count())
            .select_from(table)
            .where(
                col(table.workspace_id) == workspace_id,
                col(table.recorded_by) == by,
                col(table.recorded_at) >= since,
                col(table.voided_at).is_(None),
            )
        ).one()
        for table in (Activity, TrustRating)
    )


def recent_records(
    session: Session, *, workspace_id: int, by: str, limit: int
) -> tuple[Sequence[tuple[str, Activity]], Sequence[tuple[str, TrustRating]]]:
    """Return the last activities and ratings that `by` recorded, each with its partner's name."""

    def last(table: type[Activity] | type[TrustRating]) -> list[tuple[str, object]]:
        query = (
            select(Partner.name, table)
            .join(
                Partner,
                (col(Partner.workspace_id) == col(table.workspace_id)) & (col(Partner.id) == col(table.partner_id)),
            )
            .where(
                col(table.workspace_id) == workspace_id, col(table.recorded_by) == by, col(table.voided_at).is_(None)
            )
            .order_by(col(table.id).desc())
            .limit(limit)
        )
        return [(name, row) for name, row in session.exec(query)]

    activities = [(name, row) for name, row in last(Activity) if isinstance(row, Activity)]
    ratings = [(name, row) for name, row in last(TrustRating) if isinstance(row, TrustRating)]
    return activities, ratings
