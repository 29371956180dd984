"""Other programs that read and record by the API, and their tokens' hashes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import case
from sqlmodel import Session, col, select, update

from storage.tables import Activity, Integration, Partner, TrustRating


def create(
    session: Session, *, workspace_id: int, name: str, prefix: str, token_hash: str, by: str, now: datetime
) -> Integration:
    """Write down a new one."""
    row = Integration(
        workspace_id=workspace_id, name=name, prefix=prefix, token_hash=token_hash, made_by=by, made_at=now
    )
    session.add(row)
    session.flush()
    return row


def find_by_token(session: Session, *, token_hash: str) -> Integration | None:
    """Whose token that is, in any workspace, unless it was revoked."""
    return session.exec(
        select(Integration).where(Integration.token_hash == token_hash, col(Integration.revoked_at).is_(None))
    ).one_or_none()


def get(session: Session, *, workspace_id: int, integration_id: int) -> Integration | None:
    """One of this workspace, revoked ones too."""
    return session.exec(
        select(Integration).where(Integration.workspace_id == workspace_id, Integration.id == integration_id)
    ).one_or_none()


def list_active(session: Session, *, workspace_id: int) -> Sequence[Integration]:
    """Those whose token is good, the oldest first."""
    return session.exec(
        select(Integration)
        .where(Integration.workspace_id == workspace_id, col(Integration.revoked_at).is_(None))
        .order_by(col(Integration.id))
    ).all()


def count_request(session: Session, *, workspace_id: int, integration_id: int, minute: datetime, day: date) -> int:
    """Count one request; how many there were in this minute, 0 where the token was revoked meanwhile."""
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
    """Make its token of no use any more; False where it was of none."""
    gone = session.exec(
        update(Integration)
        .where(
            col(Integration.workspace_id) == workspace_id,
            col(Integration.id) == integration_id,
            col(Integration.revoked_at).is_(None),
        )
        .values(revoked_at=now, revoked_by=by)
    )
    return gone.rowcount == 1


def recent_records(
    session: Session, *, workspace_id: int, by: str, limit: int
) -> tuple[Sequence[tuple[str, Activity]], Sequence[tuple[str, TrustRating]]]:
    """The last activities and ratings that `by` recorded and that stand, each with its partner's name."""

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
