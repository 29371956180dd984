"""Connections and transactions, the same for SQLite and PostgreSQL."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, ExceptionContext, Table, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import Session, create_engine

from storage.db import check_schedule
from storage.db.database_file import FILE_KEY, watch_file
from storage.db.deadline import note_commit, remaining_seconds, require_in_time
from storage.db.pooler import RESET_PATH, UNPREPARED, is_pooled, note_pooler
from storage.db.write_queue import WriteQueue, begin_immediate

Rows = TypeVar("Rows", bound=GenerativeSelect)
BUSY_TIMEOUT_MS = 15_000
MIN_CONNECT_SECONDS = 2  # the driver treats shorter ones as this
WAL_ATTEMPTS = 20
CHECKPOINT_PAGES = 4_000
"""The size at which a SQLite WAL is checkpointed by the committing process: 16 MB. With SQLite's default of 1,000
pages, one command in 120 had to wait. The WAL itself is durable.
"""
SYNCHRONOUS = "FULL"  # a completed commit survives a power cut
WRITES_KEY = "writes"  # of a session and its connection: whether it began as a write transaction
QUEUE_KEY = "queue"  # queue of the threads in this process that want to write to a SQLite file
POSTGRES_DISK_FULL = "53100"
APPLICATION_NAME = "tend"  # the name of our connections in PostgreSQL


class OutcomeUnknown(Exception):
    """The response to a commit was lost, so it may or may not have been stored."""


def make_engine(database_url: str) -> Engine:
    """Create an engine for a SQLite or PostgreSQL URL without connecting. Its errors contain no stored values.

    Errors and logs must not show values: a type error would show a token before it was encrypted, and others would show
    what people wrote about partners.

    `postgres://` and `postgresql://`, as hosting platforms write them, mean psycopg 3.

    Raises:
        sqlalchemy.exc.ArgumentError: the text is not a database URL.
    """
    url = make_url(database_url)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        application_name = url.query.get("application_name", APPLICATION_NAME)
        driver_args = {"application_name": application_name, **UNPREPARED}
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=driver_args)
        event.listen(engine, "do_connect", _connect_postgres)
        event.listen(engine, "connect", note_pooler)
        event.listen(engine, "begin", _begin_postgres)
        return engine
    engine = create_engine(url, hide_parameters=True, execution_options={QUEUE_KEY: WriteQueue(_file_path(url))})
    watch_file(engine)
    event.listen(engine, "do_connect", _create_private_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _raise_if_commit_unknown)
    return engine


def _create_private_file(_dialect: object, _record: object, args: Sequence[Any], _params: object) -> None:
    # SQLite would create it for everybody to read, and gives its other files the mode of this one.
    if isinstance(path := args[0], str) and path not in ("", ":memory:") and not path.startswith("file:"):
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions itself: _begin_sqlite does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_busy_timeout()}")
    _use_wal(cursor)
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    # Switching a new file to WAL fails at once, despite the busy timeout, if another process is opening the file. The
    # loser then waits for the write lock, and by then the switch is done.
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
    # In SQLite a read transaction that later writes cannot wait: it fails at once if another process wrote in
    # between. So a write transaction takes the lock at its start, and waits up to the busy timeout. Statements that
    # cannot fail go directly to the driver, as SQLAlchemy's overhead is large in a short transaction.
    cursor = connection.connection.cursor()
    is_write = bool(connection.get_execution_options().get(WRITES_KEY))
    if is_write and not _begin_immediate(cursor):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails at once, as other statements do
    cursor.execute(f"PRAGMA busy_timeout = {_busy_timeout()}")
    if not is_write:
        cursor.execute("BEGIN")
    cursor.close()


def _begin_immediate(cursor: Any) -> bool:
    try:
        return begin_immediate(cursor, _patience_seconds())
    except sqlite3.Error:
        return False


def _raise_if_commit_unknown(failed: ExceptionContext) -> None:
    # A failed commit may leave its transaction open, though SQLAlchemy considers it ended. Back in the pool, its
    # connection would block all writers. Closing the connection rolls the transaction back.
    if failed.statement is None:
        failed.is_disconnect, failed.invalidate_pool_on_disconnect = True, False


def _patience_seconds() -> float:
    left = remaining_seconds()
    return BUSY_TIMEOUT_MS / 1000 if left is None else left


def _busy_timeout() -> int:
    return int(_patience_seconds() * 1000)


def _file_path(url: URL) -> str | None:
    """Return the path of a SQLite file, or None if the database is in memory."""
    path = url.database
    return None if not path or path == ":memory:" or path.startswith("file:") else path


def _connect_postgres(_dialect: object, _record: object, _args: object, params: dict[str, Any]) -> None:
    if (left := remaining_seconds()) is not None:
        params["connect_timeout"] = max(MIN_CONNECT_SECONDS, int(left))


def _begin_postgres(connection: Connection) -> None:
    # For this transaction only: the connection will be used again, behind a pooler by anybody.
    settings = [RESET_PATH] if is_pooled(connection) else []
    if (left := remaining_seconds()) is not None:
        settings.append(f"SET LOCAL statement_timeout = {max(1, int(left * 1000))}")
    if settings:
        connection.exec_driver_sql("; ".join(settings))


def for_update(session: Session, query: Rows, of: Table | None = None) -> Rows:
    """Lock the rows of a query (of table `of` in a join) until the transaction ends, if it is a write transaction.

    Nobody else can change them meanwhile. `storage.db.locks` says in which order.
    """
    return query.with_for_update(key_share=True, of=of) if needs_locks(session) else query


def needs_locks(session: Session) -> bool:
    """Return whether others may write at the same time as this session. SQLite allows one writer anyway."""
    return is_writing(session) and session.get_bind().dialect.name != "sqlite"


def is_writing(session: Session) -> bool:
    """Return whether a session began as a write transaction."""
    return WRITES_KEY in session.info


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that sees one state of the database and changes nothing."""
    if engine.dialect.name == "postgresql":
        # By default each statement sees later commits; a SQLite transaction never does.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


class _WriteSession(Session):
    """A session that collects changes that may make something due."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        check_schedule.collect_changes(self)
        super().flush(objects)


@contextmanager
def _write_turn(engine: Engine) -> Iterator[Callable[[], None]]:
    """Wait for a turn to write, if it is a SQLite file. Yields what to call once the transaction has begun."""
    queue: WriteQueue | None = engine.get_execution_options().get(QUEUE_KEY)
    if queue is None:
        yield lambda: None
        return
    with queue.turn(_patience_seconds()) as begun:
        yield begun


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session that commits when the block ends, and rolls back on any exception.

    Raises:
        OutcomeUnknown: the commit may or may not have been stored.
        storage.db.deadline.TooLate: whoever asked was told meanwhile that it failed.
    """
    with _write_turn(engine) as begun, _WriteSession(engine, info={WRITES_KEY: True}) as session:
        session.connection(execution_options={WRITES_KEY: True})
        begun()
        yield session
        session.flush()  # an error here means nothing was stored
        check_schedule.flush_requests(session)
        if check_file := engine.get_execution_options().get(FILE_KEY):
            check_file()
        require_in_time()
        try:
            session.commit()
        except DBAPIError as error:
            if _may_be_committed(error):
                raise OutcomeUnknown from error
            raise
    note_commit()


def is_disk_full(error: BaseException) -> bool:
    """Return whether the database could not write because its disk has no room."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError) and error.errno == errno.ENOSPC
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF == sqlite3.SQLITE_FULL) or (
        getattr(error.orig, "sqlstate", None) == POSTGRES_DISK_FULL
    )


def _may_be_committed(error: DBAPIError) -> bool:
    """Return whether a failed commit may have succeeded, because the connection or the disk failed."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF == sqlite3.SQLITE_IOERR
    return error.connection_invalidated
