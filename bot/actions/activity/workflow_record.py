"""Record what somebody's workflow says."""

from sqlalchemy import Engine

from bot.actions.activity.record import RecordResult, Request, put
from bot.actions.caller import Caller
from storage.db.engine import writing
from storage.db.retry import retried
from storage.partners import audit_log

FIELD, BY_WORKFLOW = "Recorded", "by a workflow"
"""What the partner's history says of such a record, beside who ran the workflow."""


@retried
def record_from_workflow(engine: Engine, caller: Caller, request: Request) -> RecordResult:
    """Record a request once, by whoever ran the workflow, and note in the history that a workflow did it.

    Raises:
        FieldError, NotFound: it can't be recorded.
        DuplicateRequest: it was recorded before.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        done = put(session, caller, request)
        audit_log.log_change(
            session,
            workspace_id=caller.team.id,
            subject="activity",
            subject_id=done.entry.id,
            field=FIELD,
            old=None,
            new=BY_WORKFLOW,
            by=caller.user_id,
            now=caller.now,
        )
        return done
