"""Deliveries: nudges and digests to send exactly once. Claim first, then send, then mark as sent."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select, update

from storage.db.upsert import insert_once
from storage.tables import Delivery


def claim(
    session: Session,
    *,
    workspace_id: int,
    kind: str,
    recipient: str,
    period: str,
    as_of_on: date,
    channel: str | None = None,
    now: datetime,
) -> int | None:
    """Claim a delivery. Return its id to one caller among all processes, None to all others."""
    values = {
        "workspace_id": workspace_id,
        "kind": kind,
        "recipient": recipient,
        "period": period,
        "as_of_on": as_of_on,
        "channel": channel,
        "token": secrets.token_urlsafe(16),
        "state": "claimed",
        "first_claimed_at": now,
        "claimed_at": now,
        "attempts": 1,
    }
    return insert_once(session, Delivery, values, unique=["workspace_id", "kind", "recipient", "period"])


def reclaim(session: Session, *, delivery_id: int, attempts: int, now: datetime) -> bool:
    """Take over an unfinished delivery. Return True for one caller among all processes."""
    result = session.exec(
        update(Delivery)
        .where(
            col(Delivery.id) == delivery_id,
            col(Delivery.attempts) == attempts,
            col(Delivery.state).in_(("claimed", "retry")),
        )
        .values(state="claimed", claimed_at=now, attempts=attempts + 1, look_at=None)
    )
    return result.rowcount == 1


def renew(
    session: Session, *, delivery_id: int, attempts: int, now: datetime, since: datetime, until: datetime
) -> bool:
    """Renew a claim right before a try, which Slack will stamp between two instants.

    Return False if another process has taken the delivery over since.
    """
    statement = update(Delivery).where(
        col(Delivery.id) == delivery_id, col(Delivery.attempts) == attempts, col(Delivery.state) == "claimed"
    )
    values = {"claimed_at": now, "posting_since": since, "posting_until": until}
    return bool(session.exec(statement.values(**values)).rowcount == 1)


def note_history_read(session: Session, *, delivery_id: int, attempts: int, until: datetime | None) -> bool:
    """Remember that the last try is not among what was stamped since `until`. None: it was not posted at all.

    Return False if another process has taken the delivery over since.
    """
    values = {"posting_until": until} if until else {"posting_since": None, "posting_until": None}
    return finish(session, delivery_id=delivery_id, attempts=attempts, state="claimed", **values)


def look_later(session: Session, *, delivery_id: int, attempts: int, at: datetime, problem: str) -> bool:
    """Leave a delivery to whoever reads on at an instant. Return False if another process has taken it over since."""
    fields = {"look_at": at, "looks": col(Delivery.looks) + 1, "problem": problem}
    return finish(session, delivery_id=delivery_id, attempts=attempts, state="retry", **fields)


def get(session: Session, *, delivery_id: int) -> Delivery:
    """Return a delivery that is known to exist."""
    return session.get_one(Delivery, delivery_id)


def find(session: Session, *, workspace_id: int, kind: str, recipient: str, period: str) -> Delivery | None:
    """Return the delivery of a kind, recipient and period, whatever its state."""
    return session.exec(
        select(Delivery).where(
            Delivery.workspace_id == workspace_id,
            Delivery.kind == kind,
            Delivery.recipient == recipient,
            Delivery.period == period,
        )
    ).one_or_none()


def find_states(
    session: Session, *, workspace_id: int, kind: str, recipient: str, periods: Collection[str]
) -> dict[str, str]:
    """Return the states of a recipient's deliveries of a kind by period, of those that were claimed."""
    query = select(Delivery.period, Delivery.state).where(
        Delivery.workspace_id == workspace_id,
        Delivery.kind == kind,
        Delivery.recipient == recipient,
        col(Delivery.period).in_(list(periods)),
    )
    return dict(session.exec(query).all()) if periods else {}


def finish(session: Session, *, delivery_id: int, attempts: int, state: str, **fields: Any) -> bool:
    """Set the state of a claimed delivery: sent, nothing, retry or failed.

    `attempts` identifies the claim. `fields` are other columns. Return False if another process has taken it over since
    and will finish it.
    """
    statement = update(Delivery).where(col(Delivery.id) == delivery_id, col(Delivery.attempts) == attempts)
    return bool(session.exec(statement.values(state=state, **fields)).rowcount == 1)


def unfinished(session: Session, *, workspace_id: int, before: datetime, now: datetime) -> Sequence[Delivery]:
    """Return the deliveries last claimed before that instant and neither sent nor given up.

    One whose channel is to be read on is among them when Slack lets us read it.
    """
    return session.exec(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.state).in_(("claimed", "retry")),
            or_(
                and_(col(Delivery.look_at).is_(None), col(Delivery.claimed_at) < before),
                col(Delivery.look_at) <= now,
            ),
        )
        .order_by(col(Delivery.id))
    ).all()


def has_open(session: Session, *, workspace_id: int) -> bool:
    """Return whether any delivery is claimed and neither sent nor given up."""
    query = select(Delivery.id).where(
        Delivery.workspace_id == workspace_id, col(Delivery.state).in_(("claimed", "retry"))
    )
    return session.exec(query.limit(1)).first() is not None


def claimed_periods(session: Session, *, workspace_id: int, kind: str, since_on: date) -> set[tuple[str, str]]:
    """Return (recipient, period) of the deliveries claimed for the days since, whatever their state."""
    return set(
        session.exec(
            select(Delivery.recipient, Delivery.period).where(
                Delivery.workspace_id == workspace_id,
                Delivery.kind == kind,
                col(Delivery.as_of_on) >= since_on,
            )
        ).all()
    )


def sent_to(
    session: Session, *, workspace_id: int, recipient: str, before: date, limit: int
) -> list[tuple[date, datetime]]:
    """Return a person's latest nudges of earlier days, last first: the day and when it was sent."""
    rows = session.exec(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.kind == "nudge",
            Delivery.recipient == recipient,
            Delivery.state == "sent",
            col(Delivery.as_of_on) < before,
        )
        .order_by(col(Delivery.as_of_on).desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    return [(row.as_of_on, row.sent_at) for row in rows if row.sent_at]


def digests_fail_since(session: Session, *, workspace_id: int) -> datetime | None:
    """Return when the first of the latest digests that all could not be delivered was claimed."""
    digests = (Delivery.workspace_id == workspace_id, Delivery.kind == "digest")
    fine = select(func.coalesce(func.max(col(Delivery.id)), 0)).where(
        *digests, col(Delivery.state).in_(("sent", "nothing")), col(Delivery.problem).is_(None)
    )
    failed = select(Delivery).where(
        *digests, col(Delivery.id) > fine.scalar_subquery(), col(Delivery.problem).is_not(None)
    )
    row = session.exec(failed.order_by(col(Delivery.id)).limit(1)).first()
    return row.first_claimed_at if row else None


def last_digest_on(session: Session, *, workspace_id: int, before: date) -> date | None:
    """Return the day of the latest digest before a day that was sent or empty."""
    digests = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.kind == "digest",
        col(Delivery.state).in_(("sent", "nothing")),
        col(Delivery.as_of_on) < before,
    )
    last = session.exec(digests.order_by(col(Delivery.as_of_on).desc()).limit(1)).first()
    return last.as_of_on if last else None


def had_digest(session: Session, *, workspace_id: int, day: date) -> bool:
    """Return whether the digest of a day was claimed, whatever its state."""
    digests = select(Delivery).where(
        Delivery.workspace_id == workspace_id, Delivery.kind == "digest", Delivery.as_of_on == day
    )
    return session.exec(digests.limit(1)).first() is not None


def latest(session: Session, *, workspace_id: int, limit: int = 5) -> Sequence[Delivery]:
    """Return the latest deliveries that had content."""
    return session.exec(
        select(Delivery)
        .where(Delivery.workspace_id == workspace_id, Delivery.state != "nothing")
        .order_by(col(Delivery.id).desc())
        .limit(limit)
    ).all()
