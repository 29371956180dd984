"""Notice that SQLite's file was deleted or replaced, which SQLite itself does not: it goes on with the old one."""

import os
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

FILE_KEY = "database file"  # execution option: checks that the file is the one that connections have open
Identity = tuple[int, int]


class DatabaseFileGone(sqlite3.OperationalError):
    """The database's file is no longer there, or is another one. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("the database file was deleted or replaced while Tend was running; start Tend again")


def is_file_gone(error: Exception) -> bool:
    """Return whether an error means that the database's file was deleted or replaced."""
    return isinstance(getattr(error, "orig", error), DatabaseFileGone)


def watch_file(engine: Engine) -> None:
    """Check before each transaction that the engine's file is still there. Do nothing for a database in memory.

    Neither is a file opened that was put in its place, nor one made anew: half of what is in hand would be of the one,
    and half of the other. Whoever starts again has chosen the new file.
    """
    path = engine.url.database
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    seen: list[Identity] = []

    def require_same(*_: Any) -> None:
        if seen and _identity(path) != seen[0]:
            raise DatabaseFileGone

    def opened(_connection: Any, _record: Any) -> None:
        seen[:] = seen or [_identity(path)]

    def check() -> None:
        try:
            require_same()
        except DatabaseFileGone as gone:
            raise OperationalError(None, None, gone) from gone

    event.listen(engine, "do_connect", require_same)  # before sqlite3 would make a new file
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", require_same)
    event.listen(engine, "engine_disposed", lambda _engine: seen.clear())  # whoever lets go of it begins anew
    engine.update_execution_options(**{FILE_KEY: check})


def _identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise DatabaseFileGone from None
    return found.st_dev, found.st_ino
