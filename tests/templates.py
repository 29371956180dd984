"""Migrated databases, made once a process and only copied after that: migrating takes far longer."""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

import bot.cli.setup
import bot.demo.workspace
from storage.db.engine import make_engine
from storage.migrate import migrate, revision


@cache
def migrated_file() -> Path:
    """A SQLite file with nothing in it; to be copied, never opened."""
    folder = Path(tempfile.mkdtemp(prefix="tend-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = make_engine(f"sqlite:///{folder / 'tend.db'}")
    migrate(engine)
    engine.dispose()
    return folder / "tend.db"


def fill_empty(engine: Engine) -> bool:
    """Do what `migrate` does; a SQLite file with nothing in it becomes a copy."""
    if engine.dialect.name != "sqlite" or revision(engine) is not None:
        return migrate(engine)
    with (
        closing(sqlite3.connect(f"{migrated_file().as_uri()}?immutable=1", uri=True)) as template,
        engine.connect() as connection,
    ):
        template.backup(connection.connection.driver_connection)
    engine.dispose()
    return True


def copy_new_databases() -> None:
    """Fill new databases of commands and of the demo from the template; `tend migrate` alone makes its own."""
    bot.cli.setup.migrate = bot.demo.workspace.migrate = fill_empty  # type: ignore[attr-defined]


def copied(to: Path) -> str:
    """The address of a copy of it."""
    shutil.copy(migrated_file(), to)
    return f"sqlite:///{to}"
