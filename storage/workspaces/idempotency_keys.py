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
    key_values = {"workspace_id": workspace_id, "integration_id": integration_id, "key": key}
    unique = ["workspace_id", "integration_id", "key"]
    new_id = insert_once(
        session, IdempotencyKey, {**key_values, "fingerprint": fingerprint, "begun_at": now}, unique=unique
    )
    if new_id is not None:
        return KeyLease(new_id, now)
    row = session.exec(select(IdempotencyKey).filter_by(**key_values)).one()
    response = StoredResponse(row.fingerprint, row.status, row.body)
    if response.status is not None or response.fingerprint != fingerprint or row.begun_at > now - lasts:
        return response
    row_id, before = row.id or 0, row.begun_at
    result = session.exec(_update_lease(KeyLease(row_id, before)).values(begun_at=now))
    return KeyLease(row_id, now) if result.rowcount == 1 else response


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


def has_before(session: Session, *, workspace_id: int, instant: datetime) -> bool:
    """Return whether a workspace has keys that are too old to be repeated."""
    old = col(IdempotencyKey.workspace_id) == workspace_id, col(IdempotencyKey.begun_at) < instant
    return session.exec(select(IdempotencyKey.id).where(*old).limit(1)).first() is not None


def delete_before(session: Session, *, workspace_id: int, instant: datetime) -> int:
    """Delete the keys of a workspace that were begun before an instant. Return how many."""
    old = col(IdempotencyKey.workspace_id) == workspace_id, col(IdempotencyKey.begun_at) < instant
    return session.exec(delete(IdempotencyKey).where(*old)).rowcount


def _update_lease(turn: KeyLease) -> Update:
    return update(IdempotencyKey).where(
        col(IdempotencyKey.id) == turn.id,
        col(IdempotencyKey.begun_at) == turn.begun_at,
        col(IdempotencyKey.status).is_(None),
    )
