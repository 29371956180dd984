"""Turn every error into a message for the person who met it."""

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


CHECK_BEFORE_RETRY = "Check whether it was recorded before trying again."
NOTHING_RECORDED = "Nothing was recorded."


def message_for(error: Exception) -> Message:
    """Build the message for an error."""
    if isinstance(error, UsageError):
        return usage_message(error)
    return problem_message(text_for(error), outcome=outcome_text(error))


def text_for(error: Exception) -> str:
    """Describe an error in plain text. Errors of ours get a reference that is shown and logged."""
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, TendError):
        return str(error)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, type(error).__name__, exc_info=error, extra={"reference": reference})
    then = CHECK_BEFORE_RETRY if has_committed() else "Try again in a minute."
    if isinstance(error, OutcomeUnknown):
        return f"Tend's database did not answer. {CHECK_BEFORE_RETRY} (reference {reference})"
    if isinstance(error, DBAPIError | PoolTimeout):
        return f"Tend couldn't reach its database. {then} (reference {reference})"
    if is_outcome_known(error):
        return f"Slack returned an error. {then} (reference {reference})"
    return (
        f"Something went wrong on our side. {CHECK_BEFORE_RETRY} If it happens again, give your Tend admin {reference}."
    )


def outcome_text(error: Exception) -> str:
    """Say whether anything was recorded, or nothing if that is unknown."""
    return NOTHING_RECORDED if is_outcome_known(error) and not has_committed() else ""


def is_outcome_known(error: Exception) -> bool:
    """Return whether nothing was recorded for certain."""
    return isinstance(error, UsageError | TendError | DBAPIError | PoolTimeout | SlackApiError | OSError)


def is_user_error(error: Exception) -> bool:
    """Return whether the person can fix the error and nothing of ours failed."""
    return isinstance(error, UsageError | TendError)


def error_field(error: Exception) -> str | None:
    """Return the form field that an error is about."""
    return error.field if isinstance(error, FieldError) else None
