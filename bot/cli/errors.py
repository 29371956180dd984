"""From an exception to the one line that says what to do."""

import re
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

from bot.errors import TendError
from bot.grammar import UsageError
from bot.slack.client import is_transient, slack_error_code
from bot.slack.messaging import FIXABLE_ERRORS, describe_error
from storage.migrate import NewerDatabase, OlderDatabase

UNREAD = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes on the command line that are no text in the locale's encoding."""


def error_line(error: Exception) -> str | None:
    """What to do about it; None for what no user can mend."""
    if isinstance(error, TendError):
        return str(error)
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, NewerDatabase):
        return f"The database is of a newer version of Tend ({error}); install that version."
    if isinstance(error, OlderDatabase):
        return f"The database is of an earlier version of Tend ({error}); back it up, then run `tend migrate`."
    if isinstance(error, DBAPIError):
        return f"The database in DATABASE_URL can't be used: {str(error.orig).splitlines()[0]}."
    if isinstance(error, UnicodeEncodeError) and UNREAD.search(error.object):
        return "What was typed can't be read as text here; set LC_ALL=C.UTF-8, or another locale with UTF-8."
    if isinstance(error, SlackApiError):
        if is_transient(error):
            return f"{describe_error(error).text}; try again in a minute."
        word = slack_error_code(error)
        return f"SLACK_BOT_TOKEN: {FIXABLE_ERRORS.get(word, 'Slack refused the call')} ({word})."
    if isinstance(error, URLError | ConnectionError | TimeoutError | HTTPException):
        why = error.reason if isinstance(error, URLError) else error
        return f"Slack (SLACK_API_URL) could not be reached: {why}."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None
