"""Back up, check and restore a SQLite database, also while it is in use. A copy is complete or absent."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.db.engine import make_engine
from storage.migrate import migrate, require_supported, revision

Progress = Callable[[int, int], None]
"""Called with (pages copied, total pages)."""

PAGES_PER_STEP = 2_000
WAIT_SECONDS = 1.0
IGNORED_TABLES = ("alembic_version", "heartbeat")  # tables whose rows are no loss


class UnusableFile(Exception):
    """A file that is not a complete copy of a Tend database, or a place where none can be written. The message says
    why.
    """


class TargetNotEmpty(Exception):
    """The target of a copy already contains data."""


class DatabaseInUse(Exception):
    """Another process has the database open."""


def save_database(engine: Engine, file: Path, *, force: bool, progress: Progress) -> str:
    """Copy the database at one instant into `file`, while others write. Return its schema revision.

    `file` appears only once it is complete and checked. Only its owner can read it.

    Raises:
        TargetNotEmpty: `file` exists, without `force`.
        UnusableFile: the database is empty or damaged, `file` is the database itself, or the disk is full.
    """
    database = database_file(engine)
    if not database.exists() or revision(engine) is None:
        raise UnusableFile("the database is empty")
    if file.exists() and (file.samefile(database) or not file.is_file()):
        raise UnusableFile("a copy can't be written there")
    refuse_to_overwrite(file, force=force)
    with temporary_file(file) as draft:
        _copy_out(engine, draft, progress)
        copied_revision = check_copy(draft)
        refuse_to_overwrite(file, force=force)
        publish_file(draft, file)
    return copied_revision


def check_copy(file: Path) -> str:
    """Check every page, index and reference of a copy. Return its schema revision.

    Raises:
        UnusableFile: it is not a copy of a Tend database, or is damaged.
        storage.migrate.NewerDatabase: this version does not know its schema.
    """
    if not file.is_file():
        raise UnusableFile("there is no such file")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
            if problems != ["ok"]:
                raise UnusableFile("it is damaged")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise UnusableFile("it is damaged: a row refers to a missing row")
            version_row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise UnusableFile(f"it is not a copy of a Tend database, or a damaged one ({error})") from None
    if version_row is None:
        raise UnusableFile("it is not a copy of a Tend database")
    return require_supported(str(version_row[0]))


def restore_database(engine: Engine, file: Path, *, force: bool, progress: Progress) -> str:
    """Replace the database by a copy, migrated to this version. Return the copy's schema revision. On failure the old
    database stays.

    Raises:
        TargetNotEmpty: the database contains data, without `force`.
        DatabaseInUse: another process has it open.
        UnusableFile: the copy is unusable, the database is damaged, or the disk is full.
        storage.migrate.NewerDatabase: the copy is from a later version.
    """
    database = database_file(engine)
    copied_revision = check_copy(file)
    if database.exists() and file.samefile(database):
        raise UnusableFile("it is the database itself")
    engine.dispose()  # a connection of our own would look like another process
    with temporary_file(database) as draft:
        _copy_file(file, draft, lambda done, total: progress(done, 2 * total))
        _migrate_copy(draft)
        check_copy(draft)
        _replace_database(database, draft, force=force, progress=lambda done, total: progress(total + done, 2 * total))
    return copied_revision


def database_file(engine: Engine) -> Path:
    """Return the path of the database.

    Raises:
        UnusableFile: it is not in a file.
    """
    name = engine.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise UnusableFile("DATABASE_URL does not name a file")
    return Path(name)


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """Raise TargetNotEmpty if the file exists and must not be lost."""
    if file.exists() and not force:
        raise TargetNotEmpty(file.name)


@contextmanager
def temporary_file(file: Path) -> Iterator[Path]:
    """Create an empty file in the same folder, and so on the same disk, readable by its owner only. Delete it
    afterwards.

    Errors from a full disk or missing permissions become UnusableFile.
    """
    draft: Path | None = None
    try:
        try:
            handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.absolute().parent)
        except OSError as error:  # it names the temporary file, which means nothing to the user
            raise OSError(error.errno, error.strerror, str(file)) from None
        os.close(handle)
        draft = Path(name)
        yield draft
    except (sqlite3.Error, DBAPIError) as error:
        raise UnusableFile(str(getattr(error, "orig", error))) from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm") if draft else ():
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def publish_file(draft: Path, file: Path) -> None:
    """Give a finished file its name, durably across a power cut."""
    _sync(draft)
    os.replace(draft, file)
    _sync(file.absolute().parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_out(engine: Engine, draft: Path, progress: Progress) -> None:
    borrowed = engine.raw_connection()
    try:
        source = borrowed.driver_connection
        assert isinstance(source, sqlite3.Connection)
        # SQLite restarts the copy whenever another process commits, unless the copying connection itself is in a
        # transaction. Then all pages are from its beginning, and nobody waits.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(draft, isolation_level=None)) as target:
            _copy_pages(source, target, progress)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without -wal and -shm
        source.execute("ROLLBACK")
    finally:
        borrowed.close()


def _copy_file(file: Path, draft: Path, progress: Progress) -> None:
    source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(draft, isolation_level=None)) as target:
        _copy_pages(source, target, progress)


def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress) -> None:
    source.backup(
        target, pages=PAGES_PER_STEP, progress=lambda _status, left, total: progress(total - left, total), sleep=0.05
    )


def _migrate_copy(draft: Path) -> None:
    engine = make_engine(f"sqlite:///{draft}")
    try:
        migrate(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        engine.dispose()


def _replace_database(database: Path, draft: Path, *, force: bool, progress: Progress) -> None:
    """Write the copy's pages over the database's in one SQLite transaction.

    The file stays the same file. A process that opens it meanwhile waits; after a crash, the next process to open it
    restores the old pages from the journal.
    """
    was_there = database.exists()
    is_replaced = False
    target = sqlite3.connect(database, isolation_level=None, timeout=WAIT_SECONDS)
    try:
        with closing(target), closing(sqlite3.connect(draft, isolation_level=None)) as source:
            _lock_exclusively(target)
            if not force and not _is_blank(target):
                raise TargetNotEmpty(database.name)
            _copy_pages(source, target, progress)
        is_replaced = True
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise UnusableFile(
            f"{database} itself is damaged: move it away, with its -wal and -shm, and try again"
        ) from None
    finally:
        if not was_there and not is_replaced:
            database.unlink(missing_ok=True)


def _lock_exclusively(connection: sqlite3.Connection) -> None:
    """Lock the database until the connection closes. Only the sole user of a file can leave WAL mode."""
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise DatabaseInUse from None


def _is_blank(connection: sqlite3.Connection) -> bool:
    """Return whether nothing would be lost: a new file, or tables without rows."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return not any(
        connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()
        for name in names
        if name not in IGNORED_TABLES and not name.startswith("sqlite_")
    )
