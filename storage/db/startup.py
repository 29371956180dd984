"""Tell a PostgreSQL that is not up yet from one that refuses us."""

from sqlalchemy.exc import DBAPIError, OperationalError

# libpq gives no code for a connection that could not be opened, only the server's words. A server that talks another
# language is waited for.
REFUSAL = "FATAL:"
PASSING_REFUSALS = (
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is not yet accepting connections",
    "the database system is in recovery mode",
    "too many clients already",
    "too many connections",
    "remaining connection slots are reserved",
)


def passing_connection_problem(error: Exception) -> str | None:
    """Return in a line why PostgreSQL can't be reached at the moment, or None if waiting would not help."""
    if not isinstance(error, OperationalError) or not _is_postgres(error):
        return None
    text = str(error.orig)
    if REFUSAL in text and not any(words in text for words in PASSING_REFUSALS):
        return None
    return text.strip().splitlines()[0] if text.strip() else type(error.orig).__name__


def _is_postgres(error: DBAPIError) -> bool:
    return type(error.orig).__module__.partition(".")[0] == "psycopg"
