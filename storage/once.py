"""Inserting a row that only one of many processes may insert."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(
    session: Session, table: type[SQLModel], values: dict[str, Any], *, unique: Sequence[str]
) -> int | None:
    """The new row's id for one caller among all processes; None for everyone who found it there already.

    `unique` names the columns of a unique constraint of the table. Told by RETURNING: the row count of an
    INSERT is unknown on PostgreSQL.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    columns = table.__table__.c  # type: ignore[attr-defined]
    insert = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=unique).returning(columns.id)
    taken: int | None = session.execute(insert).scalar_one_or_none()
    return taken
