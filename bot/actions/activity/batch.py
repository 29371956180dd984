"""Several records at once: all of them, or none."""

from collections.abc import Sequence

from sqlalchemy import Engine

from bot.actions.activity.record import RecordResult, Request, put
from bot.actions.caller import Caller
from bot.errors import FieldError
from storage.db.engine import writing

MOST = 50
"""How many lines are taken at once: so many are typed or pasted, a file is imported."""


def record_several(engine: Engine, caller: Caller, requests: Sequence[Request]) -> tuple[RecordResult, ...]:
    """Record these in their order, in one transaction and once; what each did, after those before it.

    Raises:
        NotFound: a partner is not known; then nothing is recorded.
        FieldError: one lacks something, or they are too many; likewise.
    """
    if len(requests) > MOST:
        raise FieldError("text", f"That is {len(requests):,} records; {MOST} go in at once, more as a file.")
    with writing(engine) as session:
        caller.claim_request_key(session)
        return tuple(put(session, caller, request) for request in requests)
