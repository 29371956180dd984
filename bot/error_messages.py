"""The one map from what went wrong to the words for the person who met it."""

import logging
import secrets

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import FieldError, TendError
from bot.grammar import UsageError
from bot.messages.activity.confirm import problem_message, usage_message
from bot.slack.blocks import Message
from storage.db.deadline import has_committed
from storage.db.engine import OutcomeUnknown

log = logging.getLogger(__name__)


CHECK_BEFORE_RETRY = "Look whether it was recorded before you try again."
NOTHING_RECORDED = "Nothing was recorded."


def message_for(error: Exception) -> Message:
    """What to say in a message."""
    if isinstance(error, UsageError):
        return usage_message(error)
    return problem_message(text_for(error), outcome=outcome_text(error))


def text_for(error: Exception) -> str:
    """What to say, as plain text. What a person can't mend gets a reference, which is shown and logged."""
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, TendError):
        return str(error)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, type(error).__name__, exc_info=error, extra={"reference": reference})
    then = CHECK_BEFORE_RETRY if has_committed() else "Try again in a minute."
    if isinstance(error, OutcomeUnknown):
        return f"Tend's records did not answer. {CHECK_BEFORE_RETRY} (reference {reference})"
    if isinstance(error, DBAPIError | PoolTimeout):
        return f"Tend can't reach its records just now. {then} (reference {reference})"
    if is_outcome_known(error):
        return f"Slack did not answer as it should. {then} (reference {reference})"
    return f"That went wrong on our side. {CHECK_BEFORE_RETRY[:-1]}; if it stays, tell your Tend admin {reference}."


def outcome_text(error: Exception) -> str:
    """What became of what was to be recorded; empty where that is not known."""
    return NOTHING_RECORDED if is_outcome_known(error) and not has_committed() else ""


def is_outcome_known(error: Exception) -> bool:
    """Whether it is an error after which what was being done is not recorded."""
    return isinstance(error, UsageError | TendError | DBAPIError | PoolTimeout | SlackApiError | OSError)


def is_user_error(error: Exception) -> bool:
    """Whether it is for the person to mend, and nothing of ours failed."""
    return isinstance(error, UsageError | TendError)


def error_field(error: Exception) -> str | None:
    """The form's field that an error is about."""
    return error.field if isinstance(error, FieldError) else None
