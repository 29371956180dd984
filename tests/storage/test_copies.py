"""Copies of a SQLite database that is in use, and putting them back: the whole of it or nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from storage.backup import sqlite
from storage.db.engine import make_engine, writing
from storage.migrate import NewerDatabase, _config, head, migrate, revision
from storage.workspaces import workspaces
from tests.storage.filling import as_it_was, contents, fill
from tests.storage.making import NOW, activity, partner

ROOT = Path(__file__).parents[2]
PAIR = text("UPDATE workspace SET name = :n, bot_user_id = :n")


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a file, in one order."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def left_over(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if ".part" in path.name}


@pytest.fixture
def path(tmp_path: Path, template_database: Path) -> Path:
    found = tmp_path / "tend.db"
    found.write_bytes(template_database.read_bytes())
    return found


@pytest.fixture
def live(path: Path) -> Iterator[Engine]:
    """A database with a workspace, partners and activities in it."""
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0OURS", now=NOW).id or 0
        for number in range(40):
            activity(session, ours, partner(session, ours, f"Partner {number}"), title="x" * 4000)
    yield engine
    engine.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Engine]:
    """Another place, with nothing in it."""
    (tmp_path / "other").mkdir()
    engine = make_engine(f"sqlite:///{tmp_path / 'other' / 'tend.db'}")
    yield engine
    engine.dispose()


def place(engine: Engine) -> Path:
    return Path(engine.url.database or "")


def test_a_copy_put_back_elsewhere_has_every_row(live: Engine, path: Path, tmp_path: Path, elsewhere: Engine) -> None:
    copy = tmp_path / "copy"
    assert sqlite.save_database(live, copy, force=False, progress=quiet) == head()
    sqlite.restore_database(elsewhere, copy, force=False, progress=quiet)
    found = rows(place(elsewhere))
    assert set(found) == {*SQLModel.metadata.tables, "alembic_version", "sqlite_sequence"}
    assert found == rows(copy) == rows(path)
    assert len(found["activity"]) == 40
    assert left_over(tmp_path) == left_over(tmp_path / "other") == set()
    assert copy.stat().st_mode & 0o077 == 0, "others may not read it"


def test_a_copy_made_while_two_threads_write_is_of_one_moment(live: Engine, tmp_path: Path) -> None:
    """Two columns of two rows always change together; a copy in which they differ was made of two moments."""
    with writing(live) as session:
        workspaces.connect(session, team_id="T0OTHERS", now=NOW)
    stop, written, troubles = threading.Event(), [0, 0], []

    def write(which: int) -> None:
        try:
            while not stop.is_set():
                with writing(live) as session:
                    session.execute(PAIR, {"n": f"{which}-{written[which]}"})
                    session.execute(
                        text("UPDATE activity SET title = :t"), {"t": f"{which}-{written[which]}" + "y" * 400}
                    )
                written[which] += 1
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=write, args=[which]) for which in (0, 1)]
    for thread in threads:
        thread.start()
    seen, before = set(), 0
    for number in range(5):
        while sum(written) == before and not troubles:
            pass
        before = sum(written)
        copy = tmp_path / f"copy{number}"
        sqlite.save_database(live, copy, force=False, progress=lambda _done, _total: None)
        found = rows(copy)
        names = {value for row in found["workspace"] for value in (row[2], row[3])}
        titles = {one for row in found["activity"] for one in row if str(one).endswith("y" * 400)}
        assert len(names) == len(titles) == 1
        assert titles == {f"{next(iter(names))}{'y' * 400}"}
        seen |= names
    stop.set()
    for thread in threads:
        thread.join()
    assert not troubles
    assert len(seen) > 1, "nothing was written meanwhile"


def test_writers_are_not_held_up_by_a_copy(
    live: Engine, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something is committed between any two steps of the copying, which is then neither held up nor begun anew."""
    monkeypatch.setattr(sqlite, "PAGES_PER_STEP", 10)
    steps: list[int] = []

    def commit(done: int, _total: int) -> None:
        steps.append(done)
        with writing(live) as session:
            session.execute(PAIR, {"n": f"n{len(steps)}"})

    before = rows(path)
    sqlite.save_database(live, tmp_path / "copy", force=False, progress=commit)
    assert steps == sorted(steps)
    assert len(steps) > 5
    assert rows(tmp_path / "copy") == before
    assert rows(path) != before


def test_an_existing_file_is_kept_unless_forced(live: Engine, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_text("precious")
    with pytest.raises(sqlite.TargetNotEmpty):
        sqlite.save_database(live, copy, force=False, progress=quiet)
    assert copy.read_text() == "precious"
    sqlite.save_database(live, copy, force=True, progress=quiet)
    assert sqlite.check_copy(copy) == head()


def test_a_copy_does_not_go_over_the_database_itself(live: Engine, path: Path, tmp_path: Path) -> None:
    before = rows(path)
    (tmp_path / "link").symlink_to(path)
    for target in (path, tmp_path / "link", tmp_path):
        with pytest.raises(sqlite.UnusableFile):
            sqlite.save_database(live, target, force=True, progress=quiet)
    assert rows(path) == before


def test_an_empty_or_missing_database_is_not_copied(elsewhere: Engine, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(sqlite.UnusableFile, match="the database is empty"):
            sqlite.save_database(elsewhere, tmp_path / "copy", force=False, progress=quiet)
        assert not (tmp_path / "copy").exists()
        place(elsewhere).touch()


def _full(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("what", ["save", "put_back"])
def test_a_full_disk_leaves_no_half_file(
    live: Engine, elsewhere: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    sqlite.save_database(live, tmp_path / "copy", force=False, progress=quiet)
    monkeypatch.setattr(sqlite, "_copy_pages", _full)
    engine, do, file = (
        (live, sqlite.save_database, "more") if what == "save" else (elsewhere, sqlite.restore_database, "copy")
    )
    with pytest.raises(sqlite.UnusableFile, match="full"):
        do(engine, tmp_path / file, force=False, progress=quiet)
    assert not (tmp_path / "more").exists()
    assert left_over(tmp_path) == set()
    assert list((tmp_path / "other").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of an eighth of a megabyte, where one may be made."""
    there = tmp_path / "small"
    there.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(there)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no disk can be made here")
    yield there
    subprocess.run(["umount", str(there)], check=True)


def test_on_a_disk_that_is_really_full(live: Engine, path: Path, small_disk: Path) -> None:
    with writing(live) as session:
        session.execute(text("UPDATE activity SET title = :t"), {"t": "z" * 4000})
    with pytest.raises(sqlite.UnusableFile, match="full"):
        sqlite.save_database(live, small_disk / "copy", force=False, progress=quiet)
    assert list(small_disk.iterdir()) == []


def truncated(copy: Path) -> None:
    os.truncate(copy, copy.stat().st_size // 2)


def cut_short(copy: Path) -> None:
    os.truncate(copy, 1000)


def emptied(copy: Path) -> None:
    os.truncate(copy, 0)


def garbled(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    for place in range(4096, len(data), 4096):
        data[place : place + 64] = os.urandom(64)
    copy.write_bytes(data)


def header_gone(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[:100] = bytes(100)
    copy.write_bytes(data)


def a_text(copy: Path) -> None:
    copy.write_text("this is a letter, and no database\n" * 300)


def another_database(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TABLE bird (name)")


def orphaned(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DELETE FROM workspace")
        connection.commit()


def missing(copy: Path) -> None:
    copy.unlink()


@pytest.mark.parametrize(
    "harm",
    [truncated, cut_short, emptied, garbled, header_gone, a_text, another_database, orphaned, missing],
    ids=lambda harm: harm.__name__,
)
def test_a_copy_that_was_harmed_is_refused_and_changes_nothing(
    live: Engine, path: Path, tmp_path: Path, elsewhere: Engine, harm: Any
) -> None:
    copy = tmp_path / "copy"
    sqlite.save_database(live, copy, force=False, progress=quiet)
    before = rows(path)
    live.dispose()
    harm(copy)
    for engine in (elsewhere, live):
        with pytest.raises(sqlite.UnusableFile):
            sqlite.restore_database(engine, copy, force=True, progress=quiet)
    assert rows(path) == before
    assert list((tmp_path / "other").iterdir()) == []
    assert left_over(tmp_path) == set()


@pytest.mark.parametrize("harm", [truncated, garbled, header_gone], ids=lambda harm: harm.__name__)
def test_over_a_damaged_database_nothing_is_written_and_it_is_said_what_to_do(
    live: Engine, path: Path, tmp_path: Path, harm: Any
) -> None:
    sqlite.save_database(live, tmp_path / "copy", force=False, progress=quiet)
    live.dispose()
    harm(path)
    damaged = path.read_bytes()
    with pytest.raises(sqlite.UnusableFile, match="move it away"):
        sqlite.restore_database(live, tmp_path / "copy", force=True, progress=quiet)
    assert path.read_bytes() == damaged
    for part in tmp_path.glob("tend.db*"):
        part.rename(tmp_path / f"damaged-{part.name}")
    sqlite.restore_database(live, tmp_path / "copy", force=False, progress=quiet)
    assert rows(path) == rows(tmp_path / "copy")


def test_a_copy_of_a_newer_version_is_refused(live: Engine, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    sqlite.save_database(live, copy, force=False, progress=quiet)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
        connection.commit()
    before = rows(path)
    with pytest.raises(NewerDatabase):
        sqlite.restore_database(live, copy, force=True, progress=quiet)
    assert rows(path) == before


def test_data_is_replaced_only_when_forced(live: Engine, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    sqlite.save_database(live, copy, force=False, progress=quiet)
    saved = rows(path)
    with writing(live) as session:
        session.execute(PAIR, {"n": "later"})
    later = rows(path)
    with pytest.raises(sqlite.TargetNotEmpty):
        sqlite.restore_database(live, copy, force=False, progress=quiet)
    assert rows(path) == later
    sqlite.restore_database(live, copy, force=True, progress=quiet)
    assert rows(path) == saved
    assert rows(copy) == saved, "the copy is only read"


def test_a_copy_of_an_earlier_version_is_brought_along(tmp_path: Path, elsewhere: Engine) -> None:
    older = make_engine(f"sqlite:///{tmp_path / 'older.db'}")
    command.upgrade(_config(older), "0001")
    fill(older)
    before = contents(older)
    assert sqlite.save_database(older, tmp_path / "copy", force=False, progress=quiet) == "0001"
    older.dispose()
    sqlite.restore_database(elsewhere, tmp_path / "copy", force=False, progress=quiet)
    assert revision(elsewhere) == head()
    after = contents(elsewhere)
    assert as_it_was(after, before) == before
    assert sqlite.check_copy(tmp_path / "copy") == "0001", "the copy itself stays as it was"


def test_tables_without_rows_are_no_data(live: Engine, tmp_path: Path, elsewhere: Engine) -> None:
    sqlite.save_database(live, tmp_path / "copy", force=False, progress=quiet)
    migrate(elsewhere)
    sqlite.restore_database(elsewhere, tmp_path / "copy", force=False, progress=quiet)
    assert len(rows(place(elsewhere))["activity"]) == 40


def test_a_database_that_another_process_has_open_is_not_replaced(live: Engine, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    sqlite.save_database(live, copy, force=False, progress=quiet)
    other = make_engine(f"sqlite:///{path}")
    with other.connect() as connection:
        connection.execute(text("SELECT 1 FROM workspace"))
        connection.rollback()  # it does nothing at the moment, as a Tend that waits for a command
        with pytest.raises(sqlite.DatabaseInUse):
            sqlite.restore_database(live, copy, force=True, progress=quiet)
    other.dispose()
    sqlite.restore_database(live, copy, force=True, progress=quiet)


@pytest.mark.slow
def test_a_process_killed_while_restoring_leaves_the_old_database(live: Engine, path: Path, tmp_path: Path) -> None:
    """The database is written when the process is killed, and its journal brings the old pages back."""
    copy = tmp_path / "copy"
    sqlite.save_database(live, copy, force=False, progress=quiet)
    with writing(live) as session:
        session.execute(text("UPDATE activity SET title = :t"), {"t": "later" * 300})
    live.dispose()
    before = rows(path)
    code = (
        "import os, sys; from pathlib import Path; from storage.backup import sqlite\n"
        "from storage.db.engine import make_engine\n"
        "assert sqlite.PAGES_PER_STEP\n"
        "sqlite.PAGES_PER_STEP = 20\n"
        "def die(done, total):\n"
        "    if done * 4 > total * 3: os.kill(os.getpid(), 9)\n"
        "sqlite.restore_database(make_engine(sys.argv[1]), Path(sys.argv[2]), force=True, progress=die)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{path}", str(copy)], env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == -signal.SIGKILL
    assert path.with_name("tend.db-journal").stat().st_size > 0, "it was killed too early for this test to say anything"
    assert rows(path) == before
    with suppress(FileNotFoundError):
        path.with_name("tend.db-journal").unlink()
    assert revision(live) == head()
    sqlite.restore_database(live, copy, force=True, progress=quiet)
    assert rows(path) == rows(copy)
