"""What SQLAlchemy works out about each query, kept for all engines of a process: else it is most of a test's time."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

import storage.db.engine
from storage.db.engine import create_engine

QUERIES = 4_000
_compiled: LRUCache[Any, Any] = LRUCache(QUERIES)


def share_compiled_sql() -> None:
    """Let each engine for SQLite use what another has compiled, which it knows by the dialect: all are set up alike."""
    dialect: Any = SQLiteDialect_pysqlite
    dialect.__eq__ = lambda self, other: type(self) is type(other)
    dialect.__hash__ = lambda self: hash(type(self))
    dialect._type_memos = WeakKeyDictionary()
    storage.db.engine.create_engine = _create  # type: ignore[assignment]


def _create(*args: Any, execution_options: dict[str, Any] | None = None, **options: Any) -> Engine:
    return create_engine(*args, execution_options={"compiled_cache": _compiled, **(execution_options or {})}, **options)
