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
    """What to say. The unknown gets a reference, which is shown and logged."""
    if isinstance(error, UsageError):
        return not_understood(error)
    if isinstance(error, TendError):
        return problem(str(error))
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, type(error).__name__, exc_info=error)
    if isinstance(error, DBAPIError):
        return problem(f"Tend can't reach its records just now. Try again in a minute. (reference {reference})")
    if isinstance(error, SlackApiError | OSError):
        return problem(f"Slack did not answer as it should. Try again in a minute. (reference {reference})")
    return problem(f"That went wrong on our side. Try again; if it stays, tell your Tend admin {reference}.")


def field_of(error: Exception) -> str | None:
    """The form's field that an error is about."""
    return error.field if isinstance(error, FieldError) else None
