"""Connections and transactions, the same for SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, Table, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import Session, create_engine

from storage.db import check_schedule
from storage.db.deadline import note_commit, remaining_seconds

Rows = TypeVar("Rows", bound=GenerativeSelect)
BUSY_TIMEOUT_MS = 15_000
MIN_CONNECT_SECONDS = 2  # shorter ones the driver takes for this
WAL_ATTEMPTS = 20
CHECKPOINT_PAGES = 4_000
"""How long the log of a SQLite file grows before whoever commits brings it home: 16 MB. At SQLite's own 1,000 pages
that kept one command in 120 waiting. What is in the log is on the disk."""
WRITES_KEY = "writes"  # of a session and its connection: whether it was begun to change something
QUEUE_KEY = "queue"  # of those in this process who want to write to a SQLite file
APPLICATION_NAME = "tend"  # what PostgreSQL lists our connections as


class OutcomeUnknown(Exception):
    """The answer to a commit was lost: it may be recorded, or not."""


def make_engine(database_url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL address; opens no connection. Its errors tell no value of any row.

    What is stored stands in no error's text and no log: an error of a column's type would show a token as it was before
    it was locked, and any other what people wrote of their partners.

    `postgres://` and `postgresql://`, as hosting platforms write them, mean psycopg 3.

    Raises:
        sqlalchemy.exc.ArgumentError: the text is no database address.
    """
    url = make_url(database_url)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        named = url.query.get("application_name", APPLICATION_NAME)
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"application_name": named})
        event.listen(engine, "do_connect", _connect_postgres)
        event.listen(engine, "begin", _begin_postgres)
        return engine
    engine = create_engine(url, hide_parameters=True, execution_options={QUEUE_KEY: Lock()})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _raise_if_commit_unknown)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: _begin_sqlite does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_busy_timeout()}")
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")  # a commit that returned survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    # The switch of a new file to WAL fails at once, busy timeout or not, where another process is
    # opening the same file. Whoever lost waits for its turn to write, by when the switch is done.
    for _ in range(WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY):
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("COMMIT")
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A read that later writes cannot wait its turn in SQLite: it fails at once when another process wrote
    # in between. So whoever means to write says so first, and then waits up to the busy timeout.
    # What can't fail is said to the driver itself: of a short transaction, SQLAlchemy's way there is a good part.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_busy_timeout()}")
    if connection.get_execution_options().get(WRITES_KEY):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        cursor.execute("BEGIN")
    cursor.close()


def _raise_if_commit_unknown(failed: ExceptionContext) -> None:
    # A commit that fails may leave its transaction open, and SQLAlchemy takes it for ended: put back into the pool,
    # its connection would keep everybody from writing. Closing it takes the transaction back.
    if failed.statement is None:
        failed.is_disconnect, failed.invalidate_pool_on_disconnect = True, False


def _busy_timeout() -> int:
    left = remaining_seconds()
    return BUSY_TIMEOUT_MS if left is None else int(left * 1000)


def _connect_postgres(_dialect: object, _record: object, _args: object, params: dict[str, Any]) -> None:
    if (left := remaining_seconds()) is not None:
        params["connect_timeout"] = max(MIN_CONNECT_SECONDS, int(left))


def _begin_postgres(connection: Connection) -> None:
    if (left := remaining_seconds()) is not None:
        # Of the transaction only: the connection is the next one's.
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(left * 1000))}")


def for_update(session: Session, query: Rows, of: Table | None = None) -> Rows:
    """A query for rows (of that table, where it joins several) that a writing transaction may change: they are its own
    until it ends.

    Nobody else decides meanwhile on how they stood. SQLite has one writer at a time anyway, and is not asked.
    """
    if not is_writing(session) or session.get_bind().dialect.name == "sqlite":
        return query
    return query.with_for_update(key_share=True, of=of)


def is_writing(session: Session) -> bool:
    """Whether a session was begun to change something."""
    return WRITES_KEY in session.info


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    if engine.dialect.name == "postgresql":
        # Its default shows each statement what others committed in between; a SQLite transaction never does.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


class _WriteSession(Session):
    """A session that notices what may make something due."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        check_schedule.collect_changes(self)
        super().flush(objects)


@contextmanager
def _write_turn(engine: Engine) -> Iterator[None]:
    """Wait until no other thread of this process writes to the same SQLite file.

    SQLite lets whoever waits sleep for up to a tenth of a second, and again, while others overtake. Other processes are
    waited for by SQLite all the same, and so is whoever holds the turn for too long.
    """
    queue: Lock | None = engine.get_execution_options().get(QUEUE_KEY)
    left = remaining_seconds()
    patience = BUSY_TIMEOUT_MS / 1000 if left is None else left
    held = queue is not None and queue.acquire(timeout=patience)
    try:
        yield
    finally:
        if queue is not None and held:
            queue.release()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that commits when the block ends, and rolls back on any exception.

    Raises:
        OutcomeUnknown: nobody knows whether it was committed.
    """
    with _write_turn(engine), _WriteSession(engine, info={WRITES_KEY: True}) as session:
        session.connection(execution_options={WRITES_KEY: True})
        yield session
        session.flush()  # what is refused here is not recorded
        check_schedule.flush_requests(session)
        try:
            session.commit()
        except DBAPIError as error:
            if _may_be_committed(error):
                raise OutcomeUnknown from error
            raise
    note_commit()


def _may_be_committed(error: DBAPIError) -> bool:
    """Whether a commit that failed may have succeeded: its connection broke, or the disk did."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF == sqlite3.SQLITE_IOERR
    return error.connection_invalidated
