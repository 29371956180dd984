"""Inserting a row that only one of many processes may insert."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, SQLModel

from storage.db.statements import table_of


def insert_once(
    session: Session, table: type[SQLModel], values: dict[str, Any], *, unique: Sequence[str]
) -> int | None:
    """The new row's id for one caller among all processes; None for everyone who found it there already.

    `unique` names the columns of a unique constraint of the table. Told by RETURNING: the row count of an
    INSERT is unknown on PostgreSQL.
    """
    mine = insert_into(session, table).values(**values).on_conflict_do_nothing(index_elements=unique)
    taken: int | None = session.execute(mine.returning(table_of(table).c.id)).scalar_one_or_none()
    return taken


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """The database's own INSERT, which can be told what to do where the row is there already."""
    # Only the one that is spoken: the other takes 2 MB.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into_postgresql

        return into_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as into_sqlite

    return into_sqlite(table)
