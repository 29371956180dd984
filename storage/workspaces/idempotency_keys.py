"""What an integration was answered under an idempotency key, so that a request that is repeated is done once.

Who takes a key has it for a while: if nothing came of it by then (a crash, say), the next one takes it over. The answer
is kept in the transaction that records, by whoever still has the key; so there is never one without the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update
from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import IdempotencyKey


@dataclass(frozen=True, slots=True)
class KeyLease:
    """A key that somebody has, since an instant."""

    id: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What became of a key that somebody else has: without a `status` it is still being worked on."""

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
    """The key for one caller among all; for everybody else what became of it so far."""
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
    """Keep the answer; False where somebody else took the key over meanwhile."""
    return bool(session.exec(_update_lease(turn).values(status=status, body=body)).rowcount == 1)


def release(session: Session, *, turn: KeyLease) -> None:
    """Nothing was recorded: the key may be used again, with whatever body."""
    session.exec(
        delete(IdempotencyKey).where(
            col(IdempotencyKey.id) == turn.id,
            col(IdempotencyKey.begun_at) == turn.begun_at,
            col(IdempotencyKey.status).is_(None),
        )
    )


def delete_before(session: Session, *, instant: datetime) -> int:
    """Drop what nobody will repeat any more; how many."""
    return session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.begun_at) < instant)).rowcount


def _update_lease(turn: KeyLease) -> Update:
    return update(IdempotencyKey).where(
        col(IdempotencyKey.id) == turn.id,
        col(IdempotencyKey.begun_at) == turn.begun_at,
        col(IdempotencyKey.status).is_(None),
    )
