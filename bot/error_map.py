"""The one map from what went wrong to the words for the person who met it."""

import logging
import secrets

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

from bot.errors import FieldError, TendError
from bot.grammar import UsageError
from bot.messages.blocks import Message
from bot.messages.confirm import not_understood, problem

log = logging.getLogger(__name__)


def words_for(error: Exception) -> Message:
    """What to say in a message."""
    if isinstance(error, UsageError):
        return not_understood(error)
    if is_known(error):
        return problem(sentence_for(error))
    return problem(sentence_for(error), outcome="")  # where it went wrong, and what was done by then, is not known


def sentence_for(error: Exception) -> str:
    """What to say, as plain text. What a person can't mend gets a reference, which is shown and logged."""
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, TendError):
        return str(error)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, type(error).__name__, exc_info=error, extra={"reference": reference})
    if isinstance(error, DBAPIError):
        return f"Tend can't reach its records just now. Try again in a minute. (reference {reference})"
    if is_known(error):
        return f"Slack did not answer as it should. Try again in a minute. (reference {reference})"
    return (
        "That went wrong on our side. Look whether it was recorded before you try again; "
        f"if it stays, tell your Tend admin {reference}."
    )


def is_known(error: Exception) -> bool:
    """Whether it is an error after which nothing was recorded."""
    return isinstance(error, UsageError | TendError | DBAPIError | SlackApiError | OSError)


def is_mendable(error: Exception) -> bool:
    """Whether it is for the person to mend, and nothing of ours failed."""
    return isinstance(error, UsageError | TendError)


def field_of(error: Exception) -> str | None:
    """The form's field that an error is about."""
    return error.field if isinstance(error, FieldError) else None
