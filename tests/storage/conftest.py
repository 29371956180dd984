"""A fresh, migrated database for each test: SQLite always, PostgreSQL where `TEND_TEST_POSTGRES` names one."""

import atexit
import os
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
from tests.templates import copied

POSTGRES = os.environ.get("TEND_TEST_POSTGRES")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What the database is of."""
    if request.param == "postgresql" and not POSTGRES:
        lacking("TEND_TEST_POSTGRES names no empty PostgreSQL database; `.ci/postgres make test-rest` brings one")
    return str(request.param)


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'tend.db'}"
        return
    schema = f"test_{uuid4().hex}"
    _on_server(f"CREATE SCHEMA {schema}")
    url = make_url(POSTGRES or "").update_query_dict({"options": f"-csearch_path={schema}"})
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
def url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database."""
    if database_kind == "sqlite":
        yield copied(tmp_path / "tend.db")
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
