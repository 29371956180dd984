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


DATABASE_ADVICE = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        ("password authentication failed|no password supplied", "check the user and the password in {variable}"),
        ('database ".*" does not exist', "create it with `createdb`, or correct its name in {variable}"),
        ('role ".*" does not exist', "create the user with `createuser`, or correct its name in {variable}"),
        ("no pg_hba.conf entry", "let the server's pg_hba.conf accept this machine and this user"),
        ("permission denied", "give the user in {variable} the right to create and change tables"),
        ("too many clients|connection slots", "end what else is connected, or raise the server's max_connections"),
        ("resolve host|translate host name", "check the host in {variable}"),
        (
            "Connection refused|No such file or directory|time(d )?out|No route to host|unreachable",
            "check that PostgreSQL runs there, and the host and port in {variable}",
        ),
        ("unable to open database file", "check that its folder exists and that Tend may write there"),
        ("readonly database", "let Tend write to the file and its folder"),
        ("not a database", "let {variable} name another file, or restore a backup with `tend restore`"),
        ("malformed", "restore a backup with `tend restore`"),
        ("database is locked", "wait until the other process has written, or end it"),
        ("disk is full", "make room"),
    )
)
"""What to do about what PostgreSQL and SQLite say."""


def database_problem(error: DBAPIError, variable: str = "DATABASE_URL") -> str:
    """Return what the database said, with the variable that names it, and what to do about it if that is known."""
    words = str(error.orig)
    advice = next((f"; {advice}" for pattern, advice in DATABASE_ADVICE if pattern.search(words)), "")
    return f"The database in {variable} can't be used: {words.splitlines()[0]}{advice.format(variable=variable)}"


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
        return (
            f"Slack (SLACK_API_URL) could not be reached: {reason}; check this machine's network, its names (DNS) and, "
            "if it has one, its proxy (HTTPS_PROXY)."
        )
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None


TOKEN_TEXTS = {
    **dict.fromkeys(("invalid_auth", "not_authed", "token_revoked", "token_expired"), "Slack does not accept it"),
    "not_allowed_token_type": "it is a token of another kind",
    "missing_scope": "it lacks the scope connections:write; generate another one",
}


TOKEN_PLACES = {
    "SLACK_BOT_TOKEN": "copy it from Slack app ▸ OAuth & Permissions ▸ Bot User OAuth Token, or install the app again",
    "SLACK_APP_TOKEN": "copy it from Slack app ▸ Basic Information ▸ App-Level Tokens",
}
_OTHER_TOKEN_HELPS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type"}
)


def refused_token(variable: str, error: SlackApiError) -> str:
    """Return the sentence for a token that Slack refuses, with where to find the right one."""
    code = slack_error_code(error)
    texts = ERROR_TEXTS if variable == "SLACK_BOT_TOKEN" else TOKEN_TEXTS
    advice = f"; {TOKEN_PLACES[variable]}" if code in _OTHER_TOKEN_HELPS else ""
    return f"{variable}: {texts.get(code, 'Slack refused the call')} ({code}){advice}."
