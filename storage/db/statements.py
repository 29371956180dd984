"""Statements of the tables themselves, past the mapping to objects: a third of the time, for what every request does.

A statement is put together once, when its module is imported, and given its values when it is asked.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, CursorResult, Executable, Insert, Select, Table, bindparam, insert
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)
Columns = TypeVarTuple("Columns")


def table_of(model: type[SQLModel]) -> Table:
    """The table that a class's objects are rows of."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """What a statement of tables finds or does, after all that the session was to write before."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    found: CursorResult[*tuple[Any, ...]] = session.connection().execute(statement, values)
    return found


class PartnerFilter(Enum):
    """Of how many partners something is asked. A list in a statement is put together anew each time; one is not."""

    ALL, SOME, ONE = "all", "some", "one"

    @classmethod
    def for_ids(cls, partner_ids: Collection[int] | None) -> "PartnerFilter":
        if partner_ids is None:
            return cls.ALL
        return cls.ONE if len(partner_ids) == 1 else cls.SOME

    def apply(self, query: Select[*Columns], partner_id: ColumnElement[Any]) -> Select[*Columns]:
        """A query for those only whose ids `filter_values` gives it."""
        if self is PartnerFilter.ALL:
            return query
        if self is PartnerFilter.ONE:
            return query.where(partner_id == bindparam("partner"))
        return query.where(partner_id.in_(bindparam("partners", expanding=True)))


def filter_values(partner_ids: Collection[int] | None) -> dict[str, Any]:
    """The values of a query that was narrowed to these partners."""
    ids = list(partner_ids or ())
    return {"partners": ids, "partner": ids[0] if ids else None}


def insert_row(session: Session, row: Row) -> Row:
    """Insert one row at once; it has its id, and belongs to the session like any other. Not for rows whose writing may
    make something due, which only the mapping tells of (`check_schedule`)."""
    table = table_of(type(row))
    values = {column.key: getattr(row, column.key) for column in table.columns if not column.primary_key}
    (row.id,) = execute(session, _insert(table), values).inserted_primary_key  # type: ignore[misc]
    make_transient_to_detached(row)
    session.add(row)
    return row


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table)
