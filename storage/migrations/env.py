"""Alembic's entry point: run the migrations on the engine from `storage.migrate`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, Table, event
from sqlmodel import SQLModel

import storage.tables  # noqa: F401

# Two processes that start on one empty PostgreSQL must not both migrate it: the second waits here. For SQLite the
# file's write lock does the same.
MIGRATION_LOCK = 7_363_653


def use_autoincrement(table: Table, connection: Connection, **_: Any) -> None:
    """Set AUTOINCREMENT on each new SQLite table; see `storage.tables.base.Base`."""
    keys = [column.name for column in table.primary_key]
    if connection.dialect.name == "sqlite" and keys == ["id"]:
        table.dialect_options["sqlite"]["autoincrement"] = True


def run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.execution_options(writes=True).connect() as connection, foreign_keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transactional_ddl=True,  # for SQLite too, unlike Alembic's default: all migrations are one transaction
        )
        with context.begin_transaction(), event_listener(Table, "before_create", use_autoincrement):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            context.run_migrations()
            refuse_orphans(connection)


@contextmanager
def event_listener(target: Any, what: str, do: Callable[..., None]) -> Iterator[None]:
    """Register a listener for the block only, since this file runs again for each migration in a process."""
    event.listen(target, what, do)
    try:
        yield
    finally:
        event.remove(target, what, do)


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Disable SQLite foreign keys. SQLite alters a table by copying and dropping it, which referring rows would forbid.

    This only works outside a transaction. All references are checked before the migrations are committed.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def refuse_orphans(connection: Connection) -> None:
    """Raise if a migration left a dangling reference."""
    if connection.dialect.name == "sqlite":
        left = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if left is not None:
            raise RuntimeError(f"the migration leaves rows of {left[0]} that refer to missing rows of {left[2]}")


run()
