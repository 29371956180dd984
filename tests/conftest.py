"""What tests of several parts share: a clock to move, and a migrated database that is only copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import make_engine
from storage.migrate import migrate


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file. Migrating takes far longer than copying it for each test."""
    path = tmp_path_factory.mktemp("template") / "tend.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def database_file(template_database: Path, tmp_path: Path) -> Path:
    """A migrated, empty database of the test's own."""
    path = tmp_path / "tend.db"
    shutil.copy(template_database, path)
    return path


@pytest.fixture
def database(database_file: Path) -> Iterator[Engine]:
    """An engine on it."""
    engine = make_engine(f"sqlite:///{database_file}")
    yield engine
    engine.dispose()
