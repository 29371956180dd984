"""Insert and update many rows at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update
from sqlmodel import Session, SQLModel

from storage.db.statements import table_of

MAX_VALUES = 30_000  # per statement, within the limits of both databases
CACHE_KB = 64 * 1024


def insert_many(
    session: Session, of: type[SQLModel], *, columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any]
) -> None:
    """Insert rows given as columns, with the values of `same` in each of them.

    One statement holds some thousand rows. SQLite rebuilds the value lists of its check constraints for each statement,
    which would be half of the work with one row per statement.
    """
    rows = len(next(iter(columns.values())))
    if not rows:
        return
    session.flush()  # as the session does before any other statement
    connection = session.connection()
    table = table_of(of)
    filled = {name: cells for name, cells in columns.items() if _has_values(cells)}
    cells_by_column = [_driver_values(connection, table, name, cells) for name, cells in filled.items()]
    rest = tuple(_driver_values(connection, table, name, [value])[0] for name, value in same.items())
    names = (*filled, *same)
    at_once = MAX_VALUES // len(names)
    full = _insert_statement(connection, table, names, at_once) if rows >= at_once else ""
    each = zip(*cells_by_column, strict=True)
    with _sqlite_cache(connection, rows > at_once):
        while chunk := list(islice(each, at_once)):
            statement = full if len(chunk) == at_once else _insert_statement(connection, table, names, len(chunk))
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(row + rest for row in chunk)))


def update_many(
    session: Session, table: Table, *, workspace_id: int, rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """Update rows of a workspace: new values by row id. Each id may occur once."""
    session.flush()  # as the session does before any other statement
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, values in rows:
        # One statement for all rows that change the same columns.
        alike.setdefault(tuple(sorted(values)), []).append({"its_id": row_id, **values})
    for names, these in alike.items():
        condition = (table.c.workspace_id == workspace_id) & (table.c.id == bindparam("its_id"))
        session.connection().execute(
            update(table).where(condition).values({name: bindparam(name) for name in names}), these
        )


def _has_values(cells: Sequence[Any]) -> bool:
    """Return whether a column has any value. An empty column is left out of the insert."""
    return any(cell is not None for cell in cells)


def _insert_statement(connection: Connection, table: Table, names: Sequence[str], rows: int) -> str:
    quoted = connection.dialect.identifier_preparer
    listed = ", ".join(quoted.format_column(table.c[name]) for name in names)
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    placeholders = f"({', '.join([mark] * len(names))})"
    return f"INSERT INTO {quoted.format_table(table)} ({listed}) VALUES {', '.join([placeholders] * rows)}"


def _driver_values(connection: Connection, table: Table, name: str, cells: Sequence[Any]) -> Sequence[Any]:
    """Convert a column for the driver. Each distinct value is converted once, since few days repeat in many rows."""
    convert = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if convert is None:
        return cells
    converted = {cell: None if cell is None else convert(cell) for cell in set(cells)}
    return list(map(converted.__getitem__, cells))


@contextmanager
def _sqlite_cache(connection: Connection, needed: bool) -> Iterator[None]:
    """Let SQLite keep its working set in memory rather than write and read it again every few rows."""
    if connection.dialect.name != "sqlite" or not needed:
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-CACHE_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")
