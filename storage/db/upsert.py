"""Insert a row that only one of many processes may insert."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, SQLModel

from storage.db.statements import table_of


def insert_once(
    session: Session, table: type[SQLModel], values: dict[str, Any], *, unique: Sequence[str]
) -> int | None:
    """Insert a row. Return its id to exactly one caller among all processes, and None if it exists.

    `unique` names the columns of a unique constraint of the table. Uses RETURNING, since PostgreSQL does not report the
    row count of an INSERT.
    """
    insert = insert_into(session, table).values(**values).on_conflict_do_nothing(index_elements=unique)
    new_id: int | None = session.execute(insert.returning(table_of(table).c.id)).scalar_one_or_none()
    return new_id


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """Return the dialect's own INSERT, which supports ON CONFLICT."""
    # Import one dialect only: the other takes 2 MB.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into_postgresql

        return into_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as into_sqlite

    return into_sqlite(table)
