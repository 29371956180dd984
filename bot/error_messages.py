"""Turn exceptions into messages for the person who sees them."""

import logging
import secrets

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import FieldError, NameInUse, TendError
from bot.grammar import UsageError
from bot.messages.activity.confirm import name_in_use_message, problem_message, usage_message
from bot.slack.blocks import Message
from storage.db.database_file import is_file_gone
from storage.db.deadline import TooLate, has_committed
from storage.db.engine import OutcomeUnknown, is_disk_full

log = logging.getLogger(__name__)


CHECK_BEFORE_RETRY = "Check whether it was recorded before trying again."
NOTHING_RECORDED = "Nothing was recorded."


def message_for(error: Exception) -> Message:
    """Return the Slack message for an error."""
    if isinstance(error, UsageError):
        return usage_message(error)
    if isinstance(error, NameInUse):
        return name_in_use_message(str(error), error.partner_id, error.partner)
    return problem_message(text_for(error), outcome=outcome_text(error))


def text_for(error: Exception) -> str:
    """Return the plain text for an error. An unexpected error is logged, and gets a reference that is shown as well."""
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, TendError):
        return str(error)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, type(error).__name__, exc_info=error, extra={"reference": reference})
    advice = CHECK_BEFORE_RETRY if has_committed() else "Try again in a minute."
    if isinstance(error, TooLate):
        return f"That took too long. {advice} (reference {reference})"
    if isinstance(error, OutcomeUnknown):
        return f"Tend couldn't reach its database. {CHECK_BEFORE_RETRY} (reference {reference})"
    if is_disk_full(error):
        log.error("the disk with the database is full", extra={"reference": reference})
        return (
            f"The disk of Tend's server is full, so Tend can't record anything. "
            f"Tell your Tend admin: the disk needs room. (reference {reference})"
        )
    if is_file_gone(error):
        log.error("the database file was deleted or replaced", extra={"reference": reference})
        return (
            f"The file of Tend's database was deleted or replaced, so Tend has stopped using it. "
            f"Tell your Tend admin: Tend has to be started again. (reference {reference})"
        )
    if isinstance(error, DBAPIError | PoolTimeout):
        return f"Tend can't reach its database right now. {advice} (reference {reference})"
    if is_outcome_known(error):
        return f"Slack returned an error. {advice} (reference {reference})"
    contact = f"If it keeps happening, tell your Tend admin {reference}."
    return f"Something went wrong on our side. {CHECK_BEFORE_RETRY} {contact}"


def outcome_text(error: Exception) -> str:
    """Say that nothing was recorded, or return an empty text if that is uncertain."""
    return NOTHING_RECORDED if is_outcome_known(error) and not has_committed() else ""


def is_outcome_known(error: Exception) -> bool:
    """Return whether the error means that the transaction was not committed."""
    return isinstance(error, UsageError | TendError | TooLate | DBAPIError | PoolTimeout | SlackApiError | OSError)


def is_user_error(error: Exception) -> bool:
    """Return whether the person can fix the error and nothing in Tend failed."""
    return isinstance(error, UsageError | TendError)


def error_field(error: Exception) -> str | None:
    """Return the form field that an error belongs to."""
    return error.field if isinstance(error, FieldError) else None
