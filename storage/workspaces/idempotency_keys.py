"""Idempotency keys of the API, so that a repeated request is executed once.

A caller leases a key. If the lease expires without a response (after a crash, for example), the next caller takes over.
The response is stored in the transaction that records, only by the current holder, so neither exists without the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update
from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import IdempotencyKey


@dataclass(frozen=True, slots=True)
class KeyLease:
    """A leased key, and since when."""

    id: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The state of a key held by another caller. Without a `status` the request is still in progress."""

    fingerprint: str
    status: int | None
    body: str | None


def take_key(
    session: Session,
    *,
    workspace_id: int,
    integration_id: int,
    key: str,
    fingerprint: str,
    now: datetime,
    lasts: timedelta,
) -> KeyLease | StoredResponse:
    """Lease the key to one caller among all. Return its current state to all others."""
    whose = {"workspace_id": workspace_id, "integration_id": integration_id, "key": key}
    unique = ["workspace_id", "integration_id", "key"]
    made = insert_once(session, IdempotencyKey, {**whose, "fingerprint": fingerprint, "begun_at": now}, unique=unique)
    if made is not None:
        return KeyLease(made, now)
    row = session.exec(select(IdempotencyKey).filter_by(**whose)).one()
    kept = StoredResponse(row.fingerprint, row.status, row.body)
    if kept.status is not None or kept.fingerprint != fingerprint or row.begun_at > now - lasts:
        return kept
    mine, before = row.id or 0, row.begun_at
    again = session.exec(_update_lease(KeyLease(mine, before)).values(begun_at=now))
    return KeyLease(mine, now) if again.rowcount == 1 else kept


def store_response(session: Session, *, turn: KeyLease, status: int, body: str) -> bool:
    """Store the response. Return False if another caller has taken over the key meanwhile."""
    return bool(session.exec(_update_lease(turn).values(status=status, body=body)).rowcount == 1)


def release(session: Session, *, turn: KeyLease) -> None:
    """Release a key after nothing was recorded. It may be used again with any body."""
    session.exec(
        delete(IdempotencyKey).where(
            col(IdempotencyKey.id) == turn.id,
            col(IdempotencyKey.begun_at) == turn.begun_at,
            col(IdempotencyKey.status).is_(None),
        )
    )


def delete_before(session: Session, *, instant: datetime) -> int:
    """Delete keys that are too old to be repeated. Return how many."""
    return session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.begun_at) < instant)).rowcount


def _update_lease(turn: KeyLease) -> Update:
    return update(IdempotencyKey).where(
        col(IdempotencyKey.id) == turn.id,
        col(IdempotencyKey.begun_at) == turn.begun_at,
        col(IdempotencyKey.status).is_(None),
    )
