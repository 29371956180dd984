"""Turn exceptions into one-line, actionable CLI errors."""

import re
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

from bot.errors import TendError
from bot.grammar import UsageError
from bot.slack.client import is_transient, slack_error_code
from bot.slack.messaging import ERROR_TEXTS, describe_error
from storage.migrate import NewerDatabase, OlderDatabase

UNREAD = re.compile("[\ud800-\udfff]")
"""Surrogates that Python uses for command-line bytes it can't decode in the locale's encoding."""


def database_problem(error: DBAPIError, variable: str = "DATABASE_URL") -> str:
    """Return what the database said, with the variable that names it."""
    return f"The database in {variable} can't be used: {str(error.orig).splitlines()[0]}"


def error_line(error: Exception) -> str | None:
    """Return the line to print, or None for an error that the user can't fix."""
    if isinstance(error, TendError):
        return str(error)
    if isinstance(error, UsageError):
        return error.problem
    if isinstance(error, NewerDatabase):
        return f"The database belongs to a newer version of Tend ({error}); install that version."
    if isinstance(error, OlderDatabase):
        return f"The database belongs to an earlier version of Tend ({error}); back it up, then run `tend migrate`."
    if isinstance(error, DBAPIError):
        return f"{database_problem(error)}."
    if isinstance(error, UnicodeEncodeError) and UNREAD.search(error.object):
        return "The input can't be read in this locale; set LC_ALL=C.UTF-8 or another UTF-8 locale."
    if isinstance(error, SlackApiError):
        if is_transient(error):
            return f"{describe_error(error).text}; try again in a minute."
        return refused_token("SLACK_BOT_TOKEN", error)
    if isinstance(error, URLError | ConnectionError | TimeoutError | HTTPException):
        reason = error.reason if isinstance(error, URLError) else error
        return f"Slack (SLACK_API_URL) could not be reached: {reason}."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None


TOKEN_TEXTS = {
    **dict.fromkeys(("invalid_auth", "not_authed", "token_revoked", "token_expired"), "Slack does not accept it"),
    "not_allowed_token_type": "it is a token of another kind",
    "missing_scope": "it lacks the scope connections:write; generate another one",
}


def refused_token(variable: str, error: SlackApiError) -> str:
    """Return the sentence for a token that Slack refuses."""
    code = slack_error_code(error)
    texts = ERROR_TEXTS if variable == "SLACK_BOT_TOKEN" else TOKEN_TEXTS
    return f"{variable}: {texts.get(code, 'Slack refused the call')} ({code})."
