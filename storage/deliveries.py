"""Nudges and digests that are to be sent exactly once: claimed first, then sent, then marked."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

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
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = (
        dialect.insert(Delivery)
        .values(
            workspace_id=workspace_id,
            kind=kind,
            recipient=recipient,
            period=period,
            as_of_on=as_of_on,
            channel=channel,
            token=secrets.token_urlsafe(16),
            state="claimed",
            first_claimed_at=now,
            claimed_at=now,
            attempts=1,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "kind", "recipient", "period"])
        .returning(Delivery.__table__.c.id)  # type: ignore[attr-defined]
    )
    taken: int | None = session.execute(insert).scalar_one_or_none()
    return taken


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


def get(session: Session, *, delivery_id: int) -> Delivery:
    """A delivery that is known to exist."""
    return session.get_one(Delivery, delivery_id)


def settle(session: Session, *, delivery_id: int, state: str, **fields: Any) -> None:
    """Say how a delivery stands: sent, nothing, retry or failed; `fields` are other columns."""
    session.exec(update(Delivery).where(col(Delivery.id) == delivery_id).values(state=state, **fields))


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
