"""Copies of a SQLite database: made of one that is in use, checked, and put back. Never half of one."""

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
"""Is told how many pages of how many are copied."""

PAGES_PER_STEP = 2_000
WAIT_SECONDS = 1.0
IGNORED_TABLES = ("alembic_version", "heartbeat")  # tables whose rows nobody would miss


class UnusableFile(Exception):
    """A file that is no whole copy of a Tend database, or a place that none can be put into. Its text says why."""


class TargetNotEmpty(Exception):
    """There is something already where a copy is to go."""


class DatabaseInUse(Exception):
    """Another process has the database open."""


def save_database(engine: Engine, file: Path, *, force: bool, progress: Progress) -> str:
    """Copy the database as it stands at one instant into `file`, while others write; its schema revision.

    `file` appears whole and checked, or not at all. It can be read by its owner alone.

    Raises:
        HoldsData: `file` is there, and `force` was not said.
        Unusable: the database is empty or damaged, `file` is the database itself, or there is no room for it.
    """
    database = database_file(engine)
    if not database.exists() or revision(engine) is None:
        raise UnusableFile("there is nothing in the database")
    if file.exists() and (file.samefile(database) or not file.is_file()):
        raise UnusableFile("a copy can't go there")
    refuse_to_overwrite(file, force=force)
    with temporary_file(file) as draft:
        _copy_out(engine, draft, progress)
        found = check_copy(draft)
        refuse_to_overwrite(file, force=force)
        publish_file(draft, file)
    return found


def check_copy(file: Path) -> str:
    """The schema revision of a copy, once every page, index and reference of it was found sound.

    Raises:
        Unusable: it is no such copy, or a damaged one.
        storage.migrate.NewerDatabase: this version does not know its schema.
    """
    if not file.is_file():
        raise UnusableFile("there is no such file")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
            if told != ["ok"]:
                raise UnusableFile("it is damaged")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise UnusableFile("it is damaged: a row belongs to one that is not there")
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise UnusableFile(f"it is no copy of a Tend database, or a damaged one ({error})") from None
    if found is None:
        raise UnusableFile("it is no copy of a Tend database")
    return require_supported(str(found[0]))


def restore_database(engine: Engine, file: Path, *, force: bool, progress: Progress) -> None:
    """Put a copy in the place of the database, migrated to this version; the database is the old or the new one.

    Raises:
        HoldsData: there is data in the database, and `force` was not said.
        InUse: another process has it open.
        Unusable: the copy can't be used, the database is damaged, or there is no room.
        storage.migrate.NewerDatabase: the copy is of a later version.
    """
    database = database_file(engine)
    check_copy(file)
    if database.exists() and file.samefile(database):
        raise UnusableFile("it is the database itself")
    engine.dispose()  # a connection of our own would count as somebody else's
    with temporary_file(database) as draft:
        _copy_file(file, draft, lambda done, total: progress(done, 2 * total))
        _migrate_copy(draft)
        check_copy(draft)
        _replace_database(database, draft, force=force, progress=lambda done, total: progress(total + done, 2 * total))


def database_file(engine: Engine) -> Path:
    """Where the database is.

    Raises:
        Unusable: it is in no file.
    """
    name = engine.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise UnusableFile("DATABASE_URL names no file")
    return Path(name)


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """Raise HoldsData where a file is there that may not be lost."""
    if file.exists() and not force:
        raise TargetNotEmpty(file.name)


@contextmanager
def temporary_file(file: Path) -> Iterator[Path]:
    """An empty file in the same folder, and so on the same disk, that only its owner can read; gone afterwards.

    Whatever fails for lack of room or rights is Unusable.
    """
    draft: Path | None = None
    try:
        try:
            handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.absolute().parent)
        except OSError as error:  # it names the draft, of which nobody has heard
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
    """Give a finished file its name, so that it survives a power cut."""
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
        # SQLite begins the copy anew whenever another process commits, unless the copying connection itself
        # stands in a transaction: then all pages are those of its beginning, and nobody waits for it.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(draft, isolation_level=None)) as target:
            _copy_pages(source, target, progress)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
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
    """Write the draft's pages over the database's, in one transaction of SQLite's.

    The file stays the same file: a process that opens it meanwhile waits, and one that crashes here leaves a
    journal from which the next to open it restores the old pages.
    """
    was_there = database.exists()
    done = False
    target = sqlite3.connect(database, isolation_level=None, timeout=WAIT_SECONDS)
    try:
        with closing(target), closing(sqlite3.connect(draft, isolation_level=None)) as source:
            _lock_exclusively(target)
            if not force and not _is_blank(target):
                raise TargetNotEmpty(database.name)
            _copy_pages(source, target, progress)
        done = True
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise UnusableFile(
            f"{database} is damaged itself: move it away, with its -wal and -shm, and try again"
        ) from None
    finally:
        if not was_there and not done:
            database.unlink(missing_ok=True)


def _lock_exclusively(connection: sqlite3.Connection) -> None:
    """Lock the database until the connection closes. Leaving WAL is what only a sole user of the file may do."""
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
    """Whether nothing would be lost: a new file, or tables without rows."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return not any(
        connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()
        for name in names
        if name not in IGNORED_TABLES and not name.startswith("sqlite_")
    )
