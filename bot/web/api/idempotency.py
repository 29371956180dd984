"""A request with an `Idempotency-Key` is done once, however often it is sent; without one, as often as it is sent.

The key is taken in a transaction of its own, so that who comes meanwhile hears of it; the answer is kept in the one
that records. After a crash between the two nothing was recorded, and the next one takes the key over.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from bot.actions.workspace.integrations import ApiClient
from bot.web.api.models import Body
from bot.web.api.problems import RETRY_SOON, ProblemError
from bot.web.api.types import ApiResult, Operation
from storage.db.engine import OutcomeUnknown, writing
from storage.workspaces import idempotency_keys
from storage.workspaces.idempotency_keys import KeyLease, StoredResponse

LEASE_TIME = timedelta(minutes=1)
MAX_KEY_LENGTH = 255
StoredAnswer = tuple[int, str]


def read_key(header: str | None) -> str | None:
    """The key, which may stand in quotes; None where none was sent.

    Raises:
        Refused: it can't be one.
    """
    if header is None:
        return None
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if not key or len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise ProblemError(400, f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} plain characters; a UUID is a good one.")
    return key


def fingerprint(operation: Operation, body: Body | None) -> str:
    """Tells one request from another, however its JSON was laid out."""
    told = body.model_dump_json() if body is not None else ""
    return hashlib.sha256(f"{operation.method} {operation.path}\n{told}".encode()).hexdigest()


def run_once(
    engine: Engine, known: ApiClient, key: str | None, mark: str, now: datetime, do: Callable[[Session], ApiResult]
) -> StoredAnswer:
    """The answer to a request that records, kept under its key.

    Raises:
        Refused: the key was used for something else, or the first request of that key is still being worked on.
    """
    if key is None:
        with writing(engine) as session:
            return _serialize(do(session))
    turn = _take_key(engine, known, key, mark, now)
    if isinstance(turn, StoredResponse):
        return _replay(turn, mark)
    try:
        with writing(engine) as session:
            status, text = _serialize(do(session))
            if not idempotency_keys.store_response(session, turn=turn, status=status, body=text):
                raise _in_progress_error()
            return status, text
    except OutcomeUnknown:
        raise  # it may be kept; if not, the next one takes the key over in a minute
    except Exception:
        with suppress(DBAPIError, PoolTimeout, OutcomeUnknown), writing(engine) as session:
            idempotency_keys.release(session, turn=turn)
        raise


def _take_key(engine: Engine, known: ApiClient, key: str, mark: str, now: datetime) -> KeyLease | StoredResponse:
    with writing(engine) as session:
        return idempotency_keys.take_key(
            session,
            workspace_id=known.team.id,
            integration_id=known.id,
            key=key,
            fingerprint=mark,
            now=now,
            lasts=LEASE_TIME,
        )


def _replay(kept: StoredResponse, mark: str) -> StoredAnswer:
    if kept.fingerprint != mark:
        raise ProblemError(422, "This Idempotency-Key was used for another request; each request has its own.")
    if kept.status is None:
        raise _in_progress_error()
    return kept.status, kept.body or ""


def _in_progress_error() -> ProblemError:
    return ProblemError(
        409, "The first request with this Idempotency-Key is still being worked on.", headers=RETRY_SOON
    )


def _serialize(done: ApiResult) -> StoredAnswer:
    return done.status, done.body.model_dump_json() if done.body is not None else ""
