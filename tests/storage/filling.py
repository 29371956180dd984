"""A row in every table of whatever schema a database has: found by looking at it, not at the code."""

import re
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine, MetaData, Table, inspect

INSTANT = datetime(2026, 11, 23, 9, 0, 1, 250, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]
MOVED = {
    ("partner", "external_id"): ("partner_external_id", "external_id"),
    ("partner", "external_source"): ("partner_external_id", "source"),
    ("partner", "their_sponsor"): ("contact_person", "name"),
}
"""Columns of earlier versions that are elsewhere now: their table and name. One row of the one is one of the other."""


def tables(engine: Engine) -> list[Table]:
    """The tables as the database itself has them, each after those that it points to."""
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def some(column: sa.Column[Any], words: dict[str, list[str]]) -> Any:
    """A value that a column takes: the first word of its check, else one of its type."""
    if column.name in words:
        return words[column.name][0]
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return INSTANT if kind.timezone else INSTANT.replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return date(2026, 11, 23)
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.LargeBinary):
        return b"\x00\xff"
    if isinstance(kind, sa.Integer):
        return 1
    return f"ü {column.name}"[: getattr(kind, "length", None) or 40]


def fill(engine: Engine) -> None:
    """A row in every table; ids are 1, so that whatever points to a row finds one.

    Every column is filled, but for one where two exclude each other.
    """
    with engine.begin() as connection:
        for table in tables(engine):
            words = checked(engine, table.name)
            row = {column.name: some(column, words) for column in table.columns}
            optional = [column.name for column in table.columns if column.nullable]
            tries = [row, *(row | {name: None} for name in optional)]
            assert any(is_taken(connection, table, one) for one in tries), table.name


def is_taken(connection: sa.Connection, table: Table, row: dict[str, Any]) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(table.insert().values(row))
    except sa.exc.IntegrityError:
        return False
    return True


def checked(engine: Engine, name: str) -> dict[str, list[str]]:
    """The words that a table's checks allow, by column."""
    found: dict[str, list[str]] = {}
    for check in inspect(engine).get_check_constraints(name):
        said = str(check["sqltext"])
        if listed := re.findall(r"'(\w+)'", said):
            found[re.findall(r"\w+", said)[0]] = listed
    return found


def contents(engine: Engine) -> Rows:
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()] for table in tables(engine)
        }


def as_it_was(after: Rows, before: Rows) -> Rows:
    """What is there now, in the tables and columns that were there before, wherever it is now."""

    def value(name: str, place: int, column: str) -> Any:
        table, there = MOVED.get((name, column), (name, column))
        return after[table][place][there]

    assert all(len(after[name]) == len(rows) for name, rows in before.items())
    return {
        name: [{column: value(name, place, column) for column in old} for place, old in enumerate(rows)]
        for name, rows in before.items()
    }
