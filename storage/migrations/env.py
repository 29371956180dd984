"""Alembic's entry: runs the migrations on the engine that `storage.migrate` hands over."""

from alembic import context
from sqlalchemy import Engine
from sqlmodel import SQLModel

import storage.slack_tables
import storage.tables  # noqa: F401

# Two processes that start on one empty PostgreSQL must not both migrate it: the second waits here.
# SQLite's own write lock does the same for a file.
MIGRATION_LOCK = 7_363_653


def run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.execution_options(writes=True).connect() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            context.run_migrations()


run()
