"""Migrate a database to this version's schema, and reject a newer one.

Alembic is only imported to migrate. The check at every process start reads just one table and the names in the
migration files.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_REVISION_LINE = re.compile(r'^(revision|down_revision) = "(.*)"$', re.MULTILINE)


class NewerDatabase(Exception):
    """The database was migrated by a later version of Tend."""


class OlderDatabase(Exception):
    """The database is from an earlier version of Tend, and contains data."""


def _folder() -> Path:
    return Path(__file__).parent / "migrations"


def _config(engine: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes["engine"] = engine
    return config


def revision(engine: Engine) -> str | None:
    """Return the database's schema revision, or None for an empty database."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        current: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return current


def head() -> str:
    """Return the latest schema revision of this version of Tend."""
    identifiers = [
        _REVISION_LINE.findall(path.read_text(encoding="utf-8")) for path in (_folder() / "versions").glob("*.py")
    ]
    before = {name for pairs in identifiers for key, name in pairs if key == "down_revision"}
    (newest,) = {str(name) for pairs in identifiers for key, name in pairs if key == "revision"} - before
    return newest


def check(engine: Engine) -> bool:
    """Return True if the database is up to date, False if it is empty.

    Raises:
        OlderDatabase: it must be migrated.
        NewerDatabase: this version does not know its revision.
    """
    now = revision(engine)
    if now is None or now == head():
        return now is not None
    raise OlderDatabase(require_supported(now))


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(_folder()))


def require_supported(revision: str) -> str:
    """Return a schema revision that this version can use or migrate.

    Raises:
        NewerDatabase: this version does not know it.
    """
    revisions = {script.revision for script in _scripts().walk_revisions()}
    if revision not in revisions:
        raise NewerDatabase(revision)
    return revision


def migrate(engine: Engine) -> bool:
    """Migrate the database to `head()`. Return True if anything was done.

    Raises:
        NewerDatabase: this version does not know its revision.
    """
    now = revision(engine)
    if now == head():
        return False
    if now is not None:
        require_supported(now)
    from alembic import command

    command.upgrade(_config(engine), "head")
    return True
