"""Insert a row that only one of many processes may insert."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Table
from sqlmodel import Session, SQLModel

from storage.db.statements import execute, table_of


def insert_once(
    session: Session, table: type[SQLModel], values: dict[str, Any], *, unique: Sequence[str]
) -> int | None:
    """Insert a row. Return its id to exactly one caller among all processes, and None if it exists.

    `unique` names the columns of a unique constraint of the table. Uses RETURNING, since PostgreSQL does not report the
    row count of an INSERT.
    """
    statement = _insert_once(session.get_bind().dialect.name, table_of(table), tuple(unique))
    new_id: int | None = execute(session, statement, values).scalar_one_or_none()
    return new_id


@lru_cache
def _insert_once(dialect: str, table: Table, unique: tuple[str, ...]) -> Executable:
    statement: Executable = (
        _insert_into(dialect, table).on_conflict_do_nothing(index_elements=unique).returning(table.c.id)
    )
    return statement


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """Return the dialect's own INSERT, which supports ON CONFLICT."""
    return _insert_into(session.get_bind().dialect.name, table)


def _insert_into(dialect: str, table: Any) -> Any:
    # Import one dialect only: the other takes 2 MB.
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into_postgresql

        return into_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as into_sqlite

    return into_sqlite(table)
