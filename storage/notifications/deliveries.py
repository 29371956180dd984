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


def settle(session: Session, *, delivery_id: int, attempts: int, state: str, **fields: Any) -> bool:
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


def is_any_open(session: Session, *, workspace_id: int) -> bool:
    """Whether anything is claimed and neither sent nor given up."""
    mine = select(Delivery.id).where(
        Delivery.workspace_id == workspace_id, col(Delivery.state).in_(("claimed", "retry"))
    )
    return session.exec(mine.limit(1)).first() is not None


def periods(session: Session, *, workspace_id: int, kind: str, since_on: date) -> set[tuple[str, str]]:
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


def last(session: Session, *, workspace_id: int, limit: int = 5) -> Sequence[Delivery]:
    """The latest deliveries in which there was something to say."""
    return session.exec(
        select(Delivery)
        .where(Delivery.workspace_id == workspace_id, Delivery.state != "nothing")
        .order_by(col(Delivery.id).desc())
        .limit(limit)
    ).all()
