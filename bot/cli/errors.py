"""From an exception to the one line that says what to do."""

from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

from bot.errors import TendError
from bot.grammar import UsageError
from bot.notifications.post import MENDABLE, trouble
from bot.slack.client import is_passing, refused
from storage.migrate import NewerDatabase, OlderDatabase


def one_line(error: Exception) -> str | None:
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
    if isinstance(error, SlackApiError):
        if is_passing(error):
            return f"{trouble(error).words}; try again in a minute."
        word = refused(error)
        return f"SLACK_BOT_TOKEN: {MENDABLE.get(word, 'Slack refused the call')} ({word})."
    if isinstance(error, URLError | ConnectionError | TimeoutError | HTTPException):
        why = error.reason if isinstance(error, URLError) else error
        return f"Slack (SLACK_API_URL) could not be reached: {why}."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None
