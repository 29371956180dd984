"""Record several requests at once: all or none."""

from collections.abc import Sequence

from sqlalchemy import Engine

from bot.actions.activity.record import RecordResult, Request, put
from bot.actions.caller import Caller
from bot.errors import FieldError
from storage.db.engine import writing
from storage.db.retry import retried
from storage.partners import partners

MOST = 50
"""How many lines are accepted at once. More belong in an import."""


@retried
def record_several(engine: Engine, caller: Caller, requests: Sequence[Request]) -> tuple[RecordResult, ...]:
    """Record requests in order in one transaction, and return what each did.

    Raises:
        FieldError: one is incomplete, or there are too many; then nothing is recorded.
    """
    if len(requests) > MOST:
        raise FieldError(
            "text", f"That is {len(requests):,} records; up to {MOST} can be recorded at once. Import a file for more."
        )
    with writing(engine) as session:
        caller.claim_request_key(session)
        named = [request.partner for request in requests if request.partner]
        partners.lock_named(session, workspace_id=caller.team.id, spellings=named)
        return tuple(put(session, caller, request) for request in requests)
