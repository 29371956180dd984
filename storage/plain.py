"""Statements of the tables themselves, past the mapping to objects: a third of the time, for what every request does.

A statement is put together once, when its module is imported, and given its values when it is asked.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Insert, Table, insert
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

Written = TypeVar("Written", bound=SQLModel)


def table_of(model: type[SQLModel]) -> Table:
    """The table that a class's objects are rows of."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def ask(session: Session, statement: Executable, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """What a statement of tables finds or does, after all that the session was to write before."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    found: CursorResult[*tuple[Any, ...]] = session.connection().execute(statement, values)
    return found


def add(session: Session, row: Written) -> Written:
    """Insert one row at once; it has its id, and belongs to the session like any other. Not for rows whose writing may
    make something due, which only the mapping tells of (`looks`)."""
    table = table_of(type(row))
    values = {column.key: getattr(row, column.key) for column in table.columns if not column.primary_key}
    (row.id,) = ask(session, _insert(table), values).inserted_primary_key  # type: ignore[misc]
    make_transient_to_detached(row)
    session.add(row)
    return row


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table)
