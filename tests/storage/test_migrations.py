"""The migrations make the tables that the code means, once, and leave a newer database alone."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect
from sqlmodel import Session, SQLModel, col, delete

from storage.db.engine import make_engine
from storage.migrate import NewerDatabase, _scripts, check, head, migrate, revision
from storage.tables import Activity
from tests.storage.making import activity, partner


def words(check: str) -> set[str]:
    return set(re.findall(r"'(\w+)'", check))


def without_brackets(condition: str) -> str:
    return condition.replace("(", "").replace(")", "")


def checks(engine: Engine) -> dict[str, set[str]]:
    """The words that each check of the database names."""
    found = inspect(engine)
    return {
        str(check["name"]): words(str(check["sqltext"]))
        for table in found.get_table_names()
        for check in found.get_check_constraints(table)
    }


def test_migrations_and_tables_say_the_same(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_checks_of_the_database_are_those_of_the_tables(engine: Engine) -> None:
    """Alembic does not compare checks."""
    wanted = {
        f"ck_{table.name}_{str(check.name).removeprefix(f'ck_{table.name}_')}": words(str(check.sqltext))
        for table in SQLModel.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert checks(engine) == wanted


def test_an_index_over_some_rows_only_is_so_in_every_database(engine: Engine) -> None:
    """The tables name the condition to SQLite alone, and Alembic compares none."""
    found = inspect(engine)
    kept = {
        str(index["name"]): without_brackets(str(condition))
        for table in SQLModel.metadata.tables
        for index in found.get_indexes(table)
        if (condition := index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")) is not None
    }
    wanted = {
        str(index.name): str(condition)
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if (condition := index.dialect_options["sqlite"]["where"]) is not None
    }
    assert len(wanted) == 2
    assert kept == wanted


def test_an_id_is_never_given_twice(session: Session, ours: int) -> None:
    """Not even on SQLite, which otherwise gives the highest one again once its row is deleted."""
    id = activity(session, ours, partner(session, ours))
    session.connection().execute(delete(Activity).where(col(Activity.id) == id))
    session.expunge_all()
    assert activity(session, ours, partner(session, ours, "Other")) > id
    if session.get_bind().dialect.name == "sqlite":
        made = session.connection().exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        assert {
            name for name, sql in made if " id INTEGER" in sql.replace("\t", " ") and "AUTOINCREMENT" not in sql
        } == set()


def test_an_empty_database_is_migrated_and_then_left_alone(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert revision(engine) is None
    assert check(engine) is False
    assert migrate(engine) is True
    assert check(engine) is True
    assert revision(engine) == head()
    before = inspect(engine).get_table_names()
    assert migrate(engine) is False
    assert inspect(engine).get_table_names() == before
    assert set(before) == {*SQLModel.metadata.tables, "alembic_version"}
    engine.dispose()


def test_how_things_stand_is_told_as_alembic_tells_it(engine: Engine) -> None:
    """Every start of a process asks, and does not wait for Alembic to be imported."""
    assert head() == _scripts().get_current_head()
    with engine.connect() as connection:
        assert revision(engine) == MigrationContext.configure(connection).get_current_revision()


def test_a_newer_database_is_refused_and_not_touched(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    for bring in (migrate, check):
        with pytest.raises(NewerDatabase, match="from_the_future"):
            bring(engine)
    assert revision(engine) == "from_the_future"
