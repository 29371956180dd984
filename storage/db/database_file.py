"""Notice that SQLite's file was deleted or replaced, which SQLite itself does not: it goes on with the old one."""

import os
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError

FILE_KEY = "database file"  # execution option: checks that the file is the one that connections have open
_IDENTITY = "file identity"
Identity = tuple[int, int]


class DatabaseFileGone(sqlite3.OperationalError):
    """The database's file is no longer there, or is another one. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("the database file was deleted or replaced")


def watch_file(engine: Engine) -> None:
    """Check before each transaction that the engine's file is still there. Do nothing for a database in memory.

    A file that was put in its place is opened. One that is missing is not made anew, since it would be empty.
    """
    path = engine.url.database
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    seen: list[Identity] = []

    def opened(_connection: Any, record: Any) -> None:
        record.info[_IDENTITY] = _identity(path)
        seen[:] = [record.info[_IDENTITY]]

    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get(_IDENTITY) != _identity(path):
            raise DisconnectionError("the database file was replaced")

    def before_opening(_dialect: Any, _record: Any, _args: Any, _params: Any) -> None:
        if seen:
            _identity(path)  # sqlite3 would make a new file

    def check() -> None:
        try:
            if seen and _identity(path) != seen[0]:
                raise DatabaseFileGone
        except DatabaseFileGone as gone:
            raise OperationalError(None, None, gone) from gone

    event.listen(engine, "do_connect", before_opening)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)
    engine.update_execution_options(**{FILE_KEY: check})


def _identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise DatabaseFileGone from None
    return found.st_dev, found.st_ino
