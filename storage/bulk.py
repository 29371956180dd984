"""Many rows at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table
from sqlmodel import Session, SQLModel

AT_ONCE = 1_000  # rows a statement; both databases take more than 30,000 values in one
ROOM_KB = 64 * 1024

Row = tuple[Any, ...]
Kept = Callable[[Any], Any] | None
"""How a value is given to the driver; None for as it is."""


def insert_many(
    session: Session, of: type[SQLModel], *, columns: Sequence[str], rows: Sequence[Row], same: Mapping[str, Any]
) -> None:
    """Put in rows with these columns, and with `same` in each of them.

    A thousand rows are one statement: SQLite makes the lists that its checks look words up in anew for each statement,
    which with one row a statement is half of all the work.
    """
    if not rows:
        return
    session.flush()  # as before any other statement
    connection = session.connection()
    table: Table = getattr(of, "__table__")  # noqa: B009 - SQLModel does not declare it
    kept = [_kept(connection, table, name) for name in columns]
    rest = tuple(_given(_kept(connection, table, name), value) for name, value in same.items())
    names = (*columns, *same)
    full = _statement(connection, table, names, AT_ONCE)
    with _room(connection, len(rows)):
        for start in range(0, len(rows), AT_ONCE):
            some = _converted(rows[start : start + AT_ONCE], kept)
            statement = full if len(some) == AT_ONCE else _statement(connection, table, names, len(some))
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(row + rest for row in some)))


def _statement(connection: Connection, table: Table, names: Sequence[str], rows: int) -> str:
    quoted = connection.dialect.identifier_preparer
    listed = ", ".join(quoted.format_column(table.c[name]) for name in names)
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    one = f"({', '.join([mark] * len(names))})"
    return f"INSERT INTO {quoted.format_table(table)} ({listed}) VALUES {', '.join([one] * rows)}"


def _kept(connection: Connection, table: Table, name: str) -> Kept:
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)


def _given(kept: Kept, value: Any) -> Any:
    return value if kept is None or value is None else kept(value)


def _converted(rows: Sequence[Row], kept: Sequence[Kept]) -> Sequence[Row]:
    """The rows as the driver takes them. Few days and words stand in many rows: each is converted once."""
    if not any(kept):
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, how in enumerate(kept):
        if how is not None:
            known = {value: _given(how, value) for value in set(columns[place])}
            columns[place] = list(map(known.__getitem__, columns[place]))
    return list(zip(*columns, strict=True))


@contextmanager
def _room(connection: Connection, rows: int) -> Iterator[None]:
    """Let SQLite keep what it works on in memory, rather than write it out and read it again every few rows."""
    if connection.dialect.name != "sqlite" or rows <= AT_ONCE:
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-ROOM_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")
