"""Migrated databases for long runs, empty at the start of each: a file for SQLite, a schema for PostgreSQL."""

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, make_url
from sqlmodel import SQLModel

import storage.tables  # noqa: F401
from storage.db.engine import make_engine
from storage.migrate import migrate
from tests.templates import copied

KINDS = ("sqlite", "postgres")
POSTGRES = "TEND_TEST_POSTGRES"

_NAMES = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
EMPTY = f"TRUNCATE {_NAMES} RESTART IDENTITY CASCADE"

Fresh = Callable[[], str]
"""Empties the database and gives its address."""


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Fresh]:
    """A migrated database of a kind."""
    with _sqlite(folder) if kind == "sqlite" else _postgres(os.environ[POSTGRES]) as fresh:
        yield fresh


@contextmanager
def _sqlite(folder: Path) -> Iterator[Fresh]:
    def fresh() -> str:
        for left in folder.glob("tend.db*"):
            left.unlink()
        return copied(folder / "tend.db")

    yield fresh


@contextmanager
def _postgres(address: str) -> Iterator[Fresh]:
    engine = make_engine(_schema(address))

    def fresh() -> str:
        _run(engine, EMPTY)
        return engine.url.render_as_string(hide_password=False)

    yield fresh
    engine.dispose()


@cache
def _schema(address: str) -> str:
    """The address of a migrated schema, of this process."""
    schema = f"once_{uuid4().hex}"
    _at(address, f"CREATE SCHEMA {schema}")
    atexit.register(_at, address, f"DROP SCHEMA {schema} CASCADE")
    url = make_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    engine = make_engine(url.render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    return engine.url.render_as_string(hide_password=False)


def _at(address: str, statement: str) -> None:
    server = make_engine(address)
    _run(server, statement)
    server.dispose()


def emptied(url: str) -> None:
    """Empty a migrated PostgreSQL database."""
    engine = make_engine(url)
    _run(engine, EMPTY)
    engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
