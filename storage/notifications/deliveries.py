"""Nudges and digests that are to be sent exactly once: claimed first, then sent, then marked."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select, update

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
    """Take on a delivery: its id for one caller among all processes, None for everyone else."""
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
    """Take over a delivery that its last claimer left unfinished; True for one caller among all."""
    taken = session.exec(
        update(Delivery)
        .where(
            col(Delivery.id) == delivery_id,
            col(Delivery.attempts) == attempts,
            col(Delivery.state).in_(("claimed", "retry")),
        )
        .values(state="claimed", claimed_at=now, attempts=attempts + 1)
    )
    return taken.rowcount == 1


def renew(session: Session, *, delivery_id: int, attempts: int, now: datetime) -> bool:
    """Let a claim begin anew; False if somebody has taken the delivery over since."""
    mine = update(Delivery).where(
        col(Delivery.id) == delivery_id, col(Delivery.attempts) == attempts, col(Delivery.state) == "claimed"
    )
    return bool(session.exec(mine.values(claimed_at=now)).rowcount == 1)


def get(session: Session, *, delivery_id: int) -> Delivery:
    """A delivery that is known to exist."""
    return session.get_one(Delivery, delivery_id)


def finish(session: Session, *, delivery_id: int, attempts: int, state: str, **fields: Any) -> bool:
    """Say how the claim that was the `attempts`-th stands: sent, nothing, retry or failed.

    `fields` are other columns. False if somebody has taken it over since: then it is theirs to settle.
    """
    mine = update(Delivery).where(col(Delivery.id) == delivery_id, col(Delivery.attempts) == attempts)
    return bool(session.exec(mine.values(state=state, **fields)).rowcount == 1)


def unfinished(session: Session, *, workspace_id: int, before: datetime) -> Sequence[Delivery]:
    """Deliveries last claimed before that instant and neither sent nor given up."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.state).in_(("claimed", "retry")),
            col(Delivery.claimed_at) < before,
        )
        .order_by(col(Delivery.id))
    ).all()


def has_open(session: Session, *, workspace_id: int) -> bool:
    """Whether anything is claimed and neither sent nor given up."""
    mine = select(Delivery.id).where(
        Delivery.workspace_id == workspace_id, col(Delivery.state).in_(("claimed", "retry"))
    )
    return session.exec(mine.limit(1)).first() is not None


def claimed_periods(session: Session, *, workspace_id: int, kind: str, since_on: date) -> set[tuple[str, str]]:
    """(recipient, period) of what was claimed for the days since, whatever came of it."""
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
    """The latest nudges that somebody got on earlier days, the last first: the day of each, and when it was sent."""
    found = session.exec(
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
    return [(row.as_of_on, row.sent_at) for row in found if row.sent_at]


def troubled_on(session: Session, *, workspace_id: int) -> date | None:
    """The day of the latest digest, if something kept it from going out."""
    digests = select(Delivery).where(Delivery.workspace_id == workspace_id, Delivery.kind == "digest")
    found = session.exec(digests.order_by(col(Delivery.id).desc()).limit(1)).first()
    return found.as_of_on if found and found.problem else None


def last_digest_on(session: Session, *, workspace_id: int, before: date) -> date | None:
    """The day of the latest digest before a day that went out, or had nothing to say."""
    digests = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.kind == "digest",
        col(Delivery.state).in_(("sent", "nothing")),
        col(Delivery.as_of_on) < before,
    )
    last = session.exec(digests.order_by(col(Delivery.as_of_on).desc()).limit(1)).first()
    return last.as_of_on if last else None


def had_digest(session: Session, *, workspace_id: int, day: date) -> bool:
    """Whether the digest of a day was claimed, whatever came of it."""
    digests = select(Delivery).where(
        Delivery.workspace_id == workspace_id, Delivery.kind == "digest", Delivery.as_of_on == day
    )
    return session.exec(digests.limit(1)).first() is not None


def latest(session: Session, *, workspace_id: int, limit: int = 5) -> Sequence[Delivery]:
    """The latest deliveries in which there was something to say."""
    return session.exec(
        select(Delivery)
        .where(Delivery.workspace_id == workspace_id, Delivery.state != "nothing")
        .order_by(col(Delivery.id).desc())
        .limit(limit)
    ).all()
