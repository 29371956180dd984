"""Connections, transactions, and what is in force on each."""

import errno
import sqlite3
import threading
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine, event, func
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, select

from storage.db.deadline import deadline
from storage.db.engine import BUSY_TIMEOUT_MS, is_disk_full, make_engine, reading, writing
from storage.migrate import migrate
from storage.tables import Workspace
from storage.workspaces import workspaces
from tests.patience import DURABLY
from tests.storage.making import NOW


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Workspace)) or 0


def test_every_sqlite_connection_is_prepared(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.engine.SYNCHRONOUS", DURABLY)
    if engine.dialect.name != "sqlite":
        pytest.skip("pragmas are SQLite's")
    wanted = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "busy_timeout": BUSY_TIMEOUT_MS}
    with ExitStack() as stack:
        for _ in range(3):  # three at once, so that they are three
            connection = stack.enter_context(engine.connect())
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted


@pytest.mark.parametrize("held", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_new_file_can_be_opened_while_another_process_is_at_it(tmp_path: Path, held: str) -> None:
    """SQLite's switch to WAL does not wait by itself for everyone it meets."""
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE before_wal (id)")
        other.execute(held)
        later = Timer(0.3, other.execute, ["COMMIT"])
        later.start()
        engine = make_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        engine.dispose()
        later.join()


def test_a_block_that_ends_well_is_kept(engine: Engine) -> None:
    with writing(engine) as session:
        workspaces.connect(session, team_id="T1", now=NOW)
    with reading(engine) as session:
        assert count(session) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_fails_leaves_nothing(engine: Engine, error: type[BaseException]) -> None:
    def fail() -> None:
        with writing(engine) as session:
            workspaces.connect(session, team_id="T1", now=NOW)
            raise error

    with pytest.raises(error):
        fail()
    with reading(engine) as session:
        assert count(session) == 0


def test_what_is_not_committed_is_seen_by_nobody(engine: Engine) -> None:
    with writing(engine) as session:
        workspaces.connect(session, team_id="T1", now=NOW)
        with reading(engine) as other:
            assert count(other) == 0


def test_reading_keeps_nothing(engine: Engine) -> None:
    with reading(engine) as session:
        workspaces.connect(session, team_id="T1", now=NOW)
    with reading(engine) as session:
        assert count(session) == 0


def test_reading_sees_one_state_of_the_database_throughout(engine: Engine) -> None:
    with reading(engine) as session:
        assert count(session) == 0
        with writing(engine) as other:
            workspaces.connect(other, team_id="T1", now=NOW)
        assert count(session) == 0
    with reading(engine) as session:
        assert count(session) == 1


def test_a_writer_reads_what_it_then_changes(engine: Engine) -> None:
    """A read before the write does not make the write fail when another process wrote in between."""
    with reading(engine) as session:
        assert count(session) == 0
    with writing(engine) as session:
        assert count(session) == 0
        workspaces.connect(session, team_id="T1", now=NOW)
        assert count(session) == 1


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_addresses_of_hosting_platforms_mean_psycopg_3(scheme: str) -> None:
    engine = make_engine(f"{scheme}://tend:secret@db.example/tend?sslmode=require")
    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.url.password == "secret"
    assert engine.url.query == {"sslmode": "require"}


def test_whoever_waits_in_one_process_does_not_ask_sqlite_meanwhile(tmp_path: Path) -> None:
    """SQLite would let it sleep, and let others overtake; here it is woken when the other has ended."""
    engine = make_engine(f"sqlite:///{tmp_path}/queue.db")
    begun: list[str] = []
    event.listen(engine, "begin", lambda connection: begun.append(threading.current_thread().name))

    def write() -> None:
        with writing(engine) as session:
            session.connection()

    second = threading.Thread(target=write, name="second")
    with writing(engine) as session:
        session.connection()
        second.start()
        second.join(0.2)
        assert "second" not in begun
    second.join()
    assert begun[-1] == "second"


def test_whoever_is_in_a_hurry_waits_for_its_turn_no_longer(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/queue.db")
    said: list[str] = []

    def write() -> None:
        try:
            with deadline(0.1), writing(engine) as session:
                session.connection()
        except OperationalError as error:
            said.append(str(error.orig))

    second = threading.Thread(target=write)
    with writing(engine) as session:
        session.connection()
        second.start()
        second.join()
    assert said == ["database is locked"]
    with writing(engine) as session:
        session.connection()  # and the turn is given on


def test_a_file_that_was_deleted_is_noticed_before_anything_is_called_stored(tmp_path: Path) -> None:
    """SQLite itself goes on with a file that nobody can open again."""
    engine = make_engine(f"sqlite:///{tmp_path / 'tend.db'}")
    migrate(engine)
    with writing(engine) as session:
        workspaces.connect(session, team_id="T1", now=NOW)

    def delete_meanwhile() -> None:
        with writing(engine) as session:
            workspaces.connect(session, team_id="T2", now=NOW)
            (tmp_path / "tend.db").unlink()

    with pytest.raises(OperationalError, match="deleted"):
        delete_meanwhile()
    for opened in (reading, writing):
        with pytest.raises(OperationalError, match="deleted"), opened(engine) as session:
            workspaces.list_workspaces(session)
    assert not (tmp_path / "tend.db").exists(), "and none is made in its place"
    engine.dispose()


def test_a_file_that_was_put_in_its_place_is_refused_until_a_new_start(tmp_path: Path) -> None:
    file, other = tmp_path / "tend.db", tmp_path / "other.db"
    for path, team_id in ((file, "T1"), (other, "T2")):
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        with writing(engine) as session:
            workspaces.connect(session, team_id=team_id, now=NOW)
        if path == other:
            engine.dispose()
        else:
            first = engine
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    other.replace(file)
    for opened in (reading, writing, reading):
        with pytest.raises(OperationalError, match="replaced"), opened(first) as session:
            workspaces.list_workspaces(session)
    first.dispose()
    again = make_engine(f"sqlite:///{file}")
    with reading(again) as session:
        assert [row.team_id for row in workspaces.list_workspaces(session)] == ["T2"]
    again.dispose()


class _PostgresError(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "file"])
def test_a_full_disk_is_known_as_such_wherever_it_is_met(kind: str) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    error = OSError(errno.ENOSPC, "no space")
    assert is_disk_full({"sqlite": DBAPIError("", {}, full), "postgres": DBAPIError("", {}, _PostgresError()),
                         "file": error}[kind])  # fmt: skip
    assert not is_disk_full(DBAPIError("", {}, sqlite3.OperationalError("locked")))
    assert not is_disk_full(OSError(errno.EACCES, "denied"))
