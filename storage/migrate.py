"""Bringing a database to this version's schema, and refusing one that is newer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class NewerDatabase(Exception):
    """The database was migrated by a later version of Tend."""


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
    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    found = scripts.get_current_head()
    assert found is not None  # a package without migrations is broken
    return found


def migrate(engine: Engine) -> bool:
    """Bring the database to `head()`; True if there was anything to do.

    Raises:
        NewerDatabase: its revision is none that this version knows.
    """
    now = revision(engine)
    if now == head():
        return False
    known = {script.revision for script in ScriptDirectory.from_config(_config(engine)).walk_revisions()}
    if now is not None and now not in known:
        raise NewerDatabase(now)
    command.upgrade(_config(engine), "head")
    return True
