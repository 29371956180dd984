"""Connections and transactions, the same for SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 5_000


def make_engine(database_url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL address; opens no connection.

    `postgres://` and `postgresql://`, as hosting platforms write them, mean psycopg 3.

    Raises:
        sqlalchemy.exc.ArgumentError: the text is no database address.
    """
    url = make_url(database_url)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: _begin_sqlite does
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit that returned survives a power cut
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A read that later writes cannot wait its turn in SQLite: it fails at once when another process wrote
    # in between. So whoever means to write says so first, and then waits up to the busy timeout.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    if engine.dialect.name == "postgresql":
        # Its default shows each statement what others committed in between; a SQLite transaction never does.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that commits when the block ends, and rolls back on any exception."""
    with Session(engine.execution_options(writes=True)) as session, session.begin():
        yield session
