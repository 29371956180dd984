"""What tests of several parts share: a migrated database that is only copied, and an engine that stays warm."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from storage.db.engine import make_engine
from storage.migrate import migrate


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file. Migrating takes far longer than copying it for each test."""
    path = tmp_path_factory.mktemp("template") / "tend.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def warm_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One engine for all tests: it remembers how each query is written in SQL, which is most of a test's time."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('database') / 'tend.db'}")

    @event.listens_for(engine, "connect")
    def no_waiting_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    return engine


@pytest.fixture
def database_file(template_database: Path, warm_engine: Engine) -> Path:
    """A migrated database with nothing in it, in the place of the last test's."""
    warm_engine.dispose()
    path = Path(warm_engine.url.database or "")
    for left in path.parent.iterdir():
        left.unlink()
    shutil.copy(template_database, path)
    return path


@pytest.fixture
def database(database_file: Path, warm_engine: Engine) -> Iterator[Engine]:
    """An engine on it."""
    yield warm_engine
    warm_engine.dispose()
