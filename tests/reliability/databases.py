"""Migrated databases for long runs, empty at the start of each: a file for SQLite, a schema for PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, make_url
from sqlmodel import SQLModel

import storage.tables  # noqa: F401
from storage.db.engine import make_engine
from storage.migrate import migrate

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
    template, database = folder / "template.db", folder / "tend.db"
    engine = make_engine(f"sqlite:///{template}")
    migrate(engine)
    engine.dispose()

    def fresh() -> str:
        for left in folder.glob("tend.db*"):
            left.unlink()
        shutil.copy(template, database)
        return f"sqlite:///{database}"

    yield fresh


@contextmanager
def _postgres(address: str) -> Iterator[Fresh]:
    schema = f"once_{uuid4().hex}"
    server = make_engine(address)
    _run(server, f"CREATE SCHEMA {schema}")
    url = make_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    engine = make_engine(url.render_as_string(hide_password=False))
    migrate(engine)

    def fresh() -> str:
        _run(engine, EMPTY)
        return engine.url.render_as_string(hide_password=False)

    try:
        yield fresh
    finally:
        engine.dispose()
        _run(server, f"DROP SCHEMA {schema} CASCADE")
        server.dispose()


def emptied(url: str) -> None:
    """Empty a migrated PostgreSQL database."""
    engine = make_engine(url)
    _run(engine, EMPTY)
    engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
