"""Copies of a PostgreSQL database, and putting them back. Only where a server and its programs are there."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, make_url, text
from sqlmodel import SQLModel

from storage.backup import postgres
from storage.backup.sqlite import DatabaseInUse, TargetNotEmpty, UnusableFile
from storage.db.engine import make_engine, writing
from storage.migrate import NewerDatabase, _config, head, migrate, revision
from storage.workspaces import workspaces
from tests.storage.conftest import POSTGRES
from tests.storage.filling import as_it_was, contents, fill
from tests.storage.making import NOW, activity, partner

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        not POSTGRES or shutil.which("pg_dump") is None, reason="there is no PostgreSQL, or its programs are not there"
    ),
]


@pytest.fixture
def address() -> Iterator[str]:
    """A schema of its own, whose connections are told from those of other tests."""
    assert POSTGRES
    name = f"test_{uuid4().hex}"
    server = make_engine(POSTGRES)
    with server.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    query = {"options": f"-csearch_path={name}", "application_name": name}
    yield make_url(POSTGRES).update_query_dict(query).render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
    server.dispose()


@pytest.fixture
def live(address: str) -> Iterator[Engine]:
    """Tables with something in them, and one of somebody else's beside them."""
    engine = make_engine(address)
    migrate(engine)
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0OURS", now=NOW).id or 0
        for number in range(50):
            activity(session, ours, partner(session, ours, f"Partner “{number}” \\ \t ü"), title="x" * 500)
        session.execute(text("CREATE TABLE bird (name text)"))
        session.execute(text("INSERT INTO bird VALUES ('wren')"))
    yield engine
    engine.dispose()


def rows(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            name: sorted(connection.execute(text(f'SELECT * FROM "{name}"')).all(), key=repr)
            for name in inspect(connection).get_table_names()
        }


def clear(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in [*SQLModel.metadata.tables, "alembic_version"]:
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}" CASCADE')


def test_a_copy_put_back_in_an_empty_place_has_every_row(live: Engine, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert postgres.save_database(live, copy, force=False) == head()
    assert copy.stat().st_mode & 0o077 == 0
    before = rows(live)
    clear(live)
    postgres.restore_database(live, copy, force=False)
    assert rows(live) == before
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    with writing(live) as session:  # numbers go on where they were
        made = workspaces.connect(session, team_id="T0NEXT", now=NOW)
        assert made.id == 2


def test_a_copy_made_while_two_threads_write_is_of_one_moment(live: Engine, tmp_path: Path) -> None:
    stop, written, troubles = threading.Event(), [0, 0], []

    def write(which: int) -> None:
        try:
            while not stop.is_set():
                with writing(live) as session:
                    named = {"n": f"{which}-{written[which]}"}
                    session.execute(text("UPDATE workspace SET name = :n"), named)
                    session.execute(text("UPDATE activity SET title = :n"), named)
                written[which] += 1
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=write, args=[which]) for which in (0, 1)]
    for thread in threads:
        thread.start()
    try:
        while min(written) == 0 and not troubles:
            pass
        postgres.save_database(live, tmp_path / "copy", force=False)
        after = list(written)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not troubles
    assert min(after) > 0
    postgres.restore_database(live, tmp_path / "copy", force=True)
    with live.connect() as connection:
        named = set(connection.execute(text("SELECT name FROM workspace")).scalars())
        assert named == set(connection.execute(text("SELECT title FROM activity")).scalars())


def test_data_is_replaced_only_when_forced(live: Engine, tmp_path: Path) -> None:
    postgres.save_database(live, tmp_path / "copy", force=False)
    saved = rows(live)
    with live.begin() as connection:
        connection.exec_driver_sql("UPDATE workspace SET name = 'later'")
    later = rows(live)
    with pytest.raises(TargetNotEmpty):
        postgres.restore_database(live, tmp_path / "copy", force=False)
    assert rows(live) == later
    postgres.restore_database(live, tmp_path / "copy", force=True)
    assert rows(live) == saved


def test_a_copy_of_an_earlier_version_is_brought_along(address: str, tmp_path: Path) -> None:
    engine = make_engine(address)
    command.upgrade(_config(engine), "0001")
    fill(engine)
    before = contents(engine)
    assert postgres.save_database(engine, tmp_path / "copy", force=False) == "0001"
    migrate(engine)
    postgres.restore_database(engine, tmp_path / "copy", force=True)
    assert revision(engine) == head()
    after = contents(engine)
    assert as_it_was(after, before) == before
    engine.dispose()


def test_while_a_tend_is_connected_nothing_is_put_back(live: Engine, address: str, tmp_path: Path) -> None:
    postgres.save_database(live, tmp_path / "copy", force=False)
    other = make_engine(address)
    with other.connect(), pytest.raises(DatabaseInUse):
        postgres.restore_database(live, tmp_path / "copy", force=True)
    other.dispose()
    postgres.restore_database(live, tmp_path / "copy", force=True)


def test_a_connection_that_is_closed_a_moment_later_is_waited_for(live: Engine, address: str, tmp_path: Path) -> None:
    postgres.save_database(live, tmp_path / "copy", force=False)
    other = make_engine(address)
    connection = other.connect()
    closing = threading.Timer(0.5, lambda: (connection.close(), other.dispose()))
    closing.start()
    postgres.restore_database(live, tmp_path / "copy", force=True)
    closing.join()


def truncated(copy: Path) -> None:
    os.truncate(copy, copy.stat().st_size - 3000)


def garbled(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[-4000:-3900] = os.urandom(100)
    copy.write_bytes(data)


def garbled_anywhere(copy: Path) -> None:
    """One bit in the middle, where pg_restore may see nothing wrong with it."""
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)


def a_text(copy: Path) -> None:
    copy.write_text("this is a letter\n" * 100)


def missing(copy: Path) -> None:
    copy.unlink()


@pytest.mark.parametrize(
    "harm", [truncated, garbled, garbled_anywhere, a_text, missing], ids=lambda harm: harm.__name__
)
def test_a_copy_that_was_harmed_is_refused_and_changes_nothing(live: Engine, tmp_path: Path, harm: Any) -> None:
    copy = tmp_path / "copy"
    postgres.save_database(live, copy, force=False)
    before = rows(live)
    harm(copy)
    with pytest.raises(UnusableFile):
        postgres.restore_database(live, copy, force=True)
    assert rows(live) == before


def test_a_copy_of_a_newer_version_is_refused(live: Engine, tmp_path: Path) -> None:
    with live.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffff'")
    with pytest.raises(NewerDatabase):
        postgres.save_database(live, tmp_path / "copy", force=False)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_the_old_tables(
    live: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something of another's hangs on a table of ours, so that it can't be replaced."""
    postgres.save_database(live, tmp_path / "copy", force=False)
    with live.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW names AS SELECT name FROM workspace")
    before = rows(live)
    with pytest.raises(UnusableFile, match="depend"):
        postgres.restore_database(live, tmp_path / "copy", force=True)
    assert rows(live) == before
    assert revision(live) == head()


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore", "psql"])
def test_a_missing_program_is_named(
    live: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    postgres.save_database(live, tmp_path / "copy", force=False)
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == program else found(name))
    do = postgres.save_database if program == "pg_dump" else postgres.restore_database
    with pytest.raises(postgres.MissingProgram, match=program):
        do(live, tmp_path / "copy", force=True)
