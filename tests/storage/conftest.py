"""A fresh, migrated database for each test: SQLite always, PostgreSQL where `TEND_TEST_POSTGRES` names one."""

import atexit
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url
from sqlmodel import Session

from storage.db.engine import make_engine, writing
from storage.migrate import migrate
from storage.workspaces import workspaces
from tests.lacking import lacking
from tests.storage.making import NOW

POSTGRES = os.environ.get("TEND_TEST_POSTGRES")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tend.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tend.db'}"
        return
    if not POSTGRES:
        lacking("TEND_TEST_POSTGRES names no empty PostgreSQL database; `.ci/postgres make test` brings one")
    schema = f"test_{uuid4().hex}"
    _on_server(f"CREATE SCHEMA {schema}")
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    _on_server(f"DROP SCHEMA {schema} CASCADE")


@cache
def migrated_database() -> str:
    """The name of a migrated PostgreSQL database, to be copied; migrating takes ten times as long. One a process."""
    name = f"migrated_{uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    atexit.register(_on_server, f"DROP DATABASE {name}")
    engine = make_engine(_named(name))
    migrate(engine)
    engine.dispose()
    return name


def _named(database: str) -> str:
    return make_url(POSTGRES or "").set(database=database).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    server = make_engine(POSTGRES or "")
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    server.dispose()


@pytest.fixture
def url(empty_url: str, migrated_file: Path) -> Iterator[str]:
    """The address of a migrated database."""
    if empty_url.startswith("sqlite"):
        shutil.copy(migrated_file, make_url(empty_url).database or "")
        yield empty_url
        return
    name = f"test_{uuid4().hex}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {migrated_database()}")
    yield _named(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


@pytest.fixture
def ours(session: Session) -> int:
    """A workspace."""
    return workspaces.connect(session, team_id="T0OURS", now=NOW).id or 0


@pytest.fixture
def others(session: Session, ours: int) -> int:
    """Another one, in the same database."""
    return workspaces.connect(session, team_id="T0OTHERS", now=NOW).id or 0
