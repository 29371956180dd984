"""Bringing a database to this version's schema, and refusing one that is newer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class NewerDatabase(Exception):
    """The database was migrated by a later version of Tend."""


class OlderDatabase(Exception):
    """The database is of an earlier version of Tend, and holds data."""


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def revision(engine: Engine) -> str | None:
    """The database's schema revision; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The schema revision of this version of Tend."""
    found = _scripts().get_current_head()
    assert found is not None  # a package without migrations is broken
    return found


def check(engine: Engine) -> bool:
    """True if the database is of this version, False if it is empty.

    Raises:
        OlderDatabase: it wants to be migrated.
        NewerDatabase: its revision is none that this version knows.
    """
    now = revision(engine)
    if now is None or now == head():
        return now is not None
    raise OlderDatabase(supported(now))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def supported(revision: str) -> str:
    """A schema revision that this version can use, or bring along: it is given back.

    Raises:
        NewerDatabase: it is none that this version knows.
    """
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision not in known:
        raise NewerDatabase(revision)
    return revision


def migrate(engine: Engine) -> bool:
    """Bring the database to `head()`; True if there was anything to do.

    Raises:
        NewerDatabase: its revision is none that this version knows.
    """
    now = revision(engine)
    if now == head():
        return False
    if now is not None:
        supported(now)
    command.upgrade(_config(engine), "head")
    return True
