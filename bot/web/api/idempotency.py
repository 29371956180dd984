"""`Idempotency-Key`: run a request once under its key and replay the stored response.

The key is claimed in its own transaction, so that concurrent requests see it. The response is stored in the
transaction that records. After a crash between the two nothing was recorded, and the next request takes the key over.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from bot.actions.workspace.integrations import ApiClient
from bot.web.api.models import Body
from bot.web.api.problems import RETRY_SOON, ProblemError
from bot.web.api.types import ApiResult, Operation
from storage.db.engine import OutcomeUnknown, writing
from storage.db.retry import retried, transact
from storage.workspaces import idempotency_keys
from storage.workspaces.idempotency_keys import KeyLease, StoredResponse

LEASE_TIME = timedelta(minutes=1)
MAX_KEY_LENGTH = 255
StoredAnswer = tuple[int, str]


def read_key(header: str | None) -> str | None:
    """Return the key without quotes, None if there is no header, or raise ProblemError."""
    if header is None:
        return None
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if not key or len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise ProblemError(
            400, f"An Idempotency-Key must have 1 to {MAX_KEY_LENGTH} printable ASCII characters, for example a UUID."
        )
    return key


def fingerprint(operation: Operation, body: Body | None) -> str:
    """Hash a request, regardless of its JSON formatting."""
    payload = body.model_dump_json() if body is not None else ""
    return hashlib.sha256(f"{operation.method} {operation.path}\n{payload}".encode()).hexdigest()


def run_once(
    engine: Engine,
    client: ApiClient,
    key: str | None,
    request_hash: str,
    now: datetime,
    do: Callable[[Session], ApiResult],
) -> StoredAnswer:
    """Run a writing request, or replay the response stored under its key.

    Raises:
        ProblemError: the key belongs to a different request, or its first request is still running.
    """
    if key is None:
        return _record(engine, None, do)
    lease = _take_key(engine, client, key, request_hash, now)
    if isinstance(lease, StoredResponse):
        return _replay(lease, request_hash)
    try:
        return _record(engine, lease, do)
    except OutcomeUnknown:
        raise  # it may have been stored; if not, the next request takes the key over when the lease ends
    except Exception:
        with suppress(DBAPIError, PoolTimeout, OutcomeUnknown):
            transact(engine, partial(idempotency_keys.release, turn=lease))
        raise


@retried
def _record(engine: Engine, lease: KeyLease | None, do: Callable[[Session], ApiResult]) -> StoredAnswer:
    with writing(engine) as session:
        status, text = _serialize(do(session))
        if lease and not idempotency_keys.store_response(session, turn=lease, status=status, body=text):
            raise _in_progress_error()
        return status, text


@retried
def _take_key(
    engine: Engine, client: ApiClient, key: str, request_hash: str, now: datetime
) -> KeyLease | StoredResponse:
    with writing(engine) as session:
        return idempotency_keys.take_key(
            session,
            workspace_id=client.team.id,
            integration_id=client.id,
            key=key,
            fingerprint=request_hash,
            now=now,
            lasts=LEASE_TIME,
        )


def _replay(stored: StoredResponse, request_hash: str) -> StoredAnswer:
    if stored.fingerprint != request_hash:
        raise ProblemError(
            422, "This Idempotency-Key was already used for a different request. Use a new key for each request."
        )
    if stored.status is None:
        raise _in_progress_error()
    return stored.status, stored.body or ""


def _in_progress_error() -> ProblemError:
    return ProblemError(409, "The first request with this Idempotency-Key is still in progress.", headers=RETRY_SOON)


def _serialize(result: ApiResult) -> StoredAnswer:
    return result.status, result.body.model_dump_json() if result.body is not None else ""
