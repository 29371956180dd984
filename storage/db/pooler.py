"""Find a connection pooler, such as PgBouncer, between Tend and PostgreSQL.

Behind one that pools transactions, each transaction may run in another session of PostgreSQL, which others use in
between. So no transaction leaves anything in its session, or relies on what it finds there: no prepared statement, no
session-level lock, no LISTEN, no temporary table, and only settings that end with the transaction (SET LOCAL).
"""

from typing import Any

from sqlalchemy import Connection, Engine

UNPREPARED = {"prepare_threshold": None}
"""Arguments of psycopg for a connection that prepares no statement."""
USUAL_THRESHOLD = 5
"""psycopg's own: a statement is prepared once it was executed more often."""
RESET_PATH = "SET LOCAL search_path TO DEFAULT"
"""What ends what others left in a session: pg_dump, for one, leaves it without a search path."""
_KEY = "is pooled"


class PooledConnection(Exception):
    """What is to be done needs a session of PostgreSQL's own, and there is a pooler between."""


def note_pooler(connection: Any, record: Any) -> None:
    """Note with a new connection whether there is a pooler between, and prepare statements only if there is none.

    PostgreSQL tells a new connection the process that serves it. A pooler, which does not know yet which one that will
    be, tells a number of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (serving_pid,) = cursor.fetchone()
    connection.rollback()
    record.info[_KEY] = serving_pid != connection.info.backend_pid
    if not record.info[_KEY]:
        connection.prepare_threshold = USUAL_THRESHOLD


def is_pooled(connection: Connection) -> bool:
    """Return whether there is a pooler between."""
    return bool(connection.info.get(_KEY))


def has_pooler(engine: Engine) -> bool:
    """Connect, and return whether there is a pooler between. There is none before a SQLite file."""
    with engine.connect() as connection:
        return is_pooled(connection)


def require_direct(engine: Engine) -> None:
    """Raise PooledConnection if there is a pooler between."""
    if has_pooler(engine):
        raise PooledConnection
