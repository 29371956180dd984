"""Alembic's entry: runs the migrations on the engine that `storage.migrate` hands over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, Table, event
from sqlmodel import SQLModel

import storage.tables  # noqa: F401

# Two processes that start on one empty PostgreSQL must not both migrate it: the second waits here.
# SQLite's own write lock does the same for a file.
MIGRATION_LOCK = 7_363_653


def use_autoincrement(table: Table, connection: Connection, **_: Any) -> None:
    """See `storage.tables.base.Base`."""
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
            transactional_ddl=True,  # of SQLite too, which Alembic does not expect: all migrations are one transaction
        )
        with context.begin_transaction(), event_listener(Table, "before_create", use_autoincrement):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            context.run_migrations()
            refuse_orphans(connection)


@contextmanager
def event_listener(target: Any, what: str, do: Callable[..., None]) -> Iterator[None]:
    """Not for longer: this file is read anew for each migration in a process."""
    event.listen(target, what, do)
    try:
        yield
    finally:
        event.remove(target, what, do)


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making a new one and dropping the old, which rows that point to it would forbid.

    Only outside a transaction can that be allowed. Before the migrations are committed all references are checked.
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
    """Raise if a migration left a row that points to none."""
    if connection.dialect.name == "sqlite":
        left = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if left is not None:
            raise RuntimeError(f"the migration leaves rows of {left[0]} without theirs of {left[2]}")


run()
