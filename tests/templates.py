"""Migrated databases, made once a process and only copied after that: migrating takes far longer."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from storage.db.engine import make_engine
from storage.migrate import migrate


@cache
def migrated_file() -> Path:
    """A SQLite file with nothing in it; to be copied, never opened."""
    folder = Path(tempfile.mkdtemp(prefix="tend-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = make_engine(f"sqlite:///{folder / 'tend.db'}")
    migrate(engine)
    engine.dispose()
    return folder / "tend.db"


def copied(to: Path) -> str:
    """The address of a copy of it."""
    shutil.copy(migrated_file(), to)
    return f"sqlite:///{to}"
