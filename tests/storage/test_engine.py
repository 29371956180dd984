"""Connections, transactions, and what is in force on each."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from storage import workspaces
from storage.engine import BUSY_TIMEOUT_MS, make_engine, reading, writing
from storage.tables import Workspace
from tests.storage.making import NOW


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Workspace)) or 0


def test_every_sqlite_connection_is_prepared(engine: Engine) -> None:
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
