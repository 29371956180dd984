"""`tend backup` and `tend restore`, as they are typed."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from rich.console import Console

import bot.cli.backup
from storage.backup import postgres
from storage.db.engine import make_engine
from storage.migrate import _config, head
from tests.cli.conftest import Tend
from tests.patience import PATIENCE
from tests.storage.test_upgrades import REVISIONS

ROOT = Path(__file__).parents[2]
SECRET = "hunter2"


def test_what_was_saved_is_restored(filled: Tend, tmp_path: Path) -> None:
    before = filled("score", "--json", "--as-of", "2026-11-22").out
    assert before.count('"partner"') > 3
    saved = filled("backup", "copy.db")
    assert (saved.code, saved.err) == (0, "")
    assert "copy.db" in saved.out
    (tmp_path / "more.csv").write_text("name,since\nLater Ltd,2026-01-01\n")
    filled("import", "partners", "more.csv")
    assert filled("score", "--json", "--as-of", "2026-11-22").out != before
    assert "--force" in filled("restore", "copy.db").line()
    restored = filled("restore", "copy.db", "--force")
    assert (restored.code, restored.err) == (0, "")
    assert restored.out == f"Restored the database from copy.db (schema {head()}).\n"
    assert filled("score", "--json", "--as-of", "2026-11-22").out == before


def test_into_an_empty_place(filled: Tend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = filled("score", "--json", "--as-of", "2026-11-22").out
    filled("backup", "copy.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert filled("restore", "copy.db").code == 0
    assert filled("score", "--json", "--as-of", "2026-11-22").out == before


def test_an_older_database_is_saved_before_it_is_migrated(filled: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what is asked for before `tend migrate`."""
    monkeypatch.setattr("storage.migrate.head", lambda: "ffffffffffff")  # of a version to come
    assert "back it up" in filled("score").line()
    assert filled("backup", "copy.db").code == 0


def test_a_restore_says_from_which_schema_it_migrated(
    tend: Tend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    earlier = REVISIONS[-2]
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(_config(engine), earlier)
    engine.dispose()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'old.db'}")
    assert f"schema {earlier}" in tend("backup", "copy.db").out
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    ran = tend("restore", "copy.db")
    words = f"(schema {earlier}, migrated to this version's, {head()})"
    assert ran.out == f"Restored the database from copy.db {words}.\n"


def test_what_can_not_be_done_is_one_line(filled: Tend, environment: str, tmp_path: Path) -> None:
    assert filled("backup", "copy.db").code == 0
    assert "--force" in filled("backup", "copy.db").line()
    assert "can't be written there" in filled("backup", "cli.db", "--force").line()
    assert "nowhere" in filled("backup", "nowhere/copy.db").line()
    assert "no such file" in filled("restore", "missing.db").line()
    assert "itself" in filled("restore", "cli.db", "--force").line()
    (tmp_path / "letter").write_text("no database\n" * 500)
    assert "not a copy of a Tend database" in filled("restore", "letter").line()
    with closing(sqlite3.connect("copy.db")) as copy:
        copy.execute("UPDATE alembic_version SET version_num = 'ffff'")
        copy.commit()
    assert "newer version" in filled("restore", "copy.db", "--force").line()
    engine = make_engine(environment)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM workspace")
        (tmp_path / "copy.db").unlink()
        assert filled("backup", "copy.db").code == 0
        assert "stop `tend run`" in filled("restore", "copy.db", "--force").line()
    engine.dispose()


def test_an_empty_database_is_not_saved(tend: Tend, tmp_path: Path) -> None:
    assert "the database is empty" in tend("backup", "copy.db").line()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"]
)
def test_a_database_in_memory_is_refused(tend: Tend, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Whatever one would do with it: what is in it is lost when Tend stops."""
    monkeypatch.setenv("DATABASE_URL", url)
    assert "DATABASE_URL should name a file" in tend("backup", "copy.db").line()


def test_progress_is_shown_where_somebody_watches(
    filled: Tend, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def watched(**how: object) -> Console:
        return Console(**how, force_terminal=True, width=80)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.cli.backup, "Console", watched)
    assert "Saving to copy.db" in filled("backup", "copy.db").err
    assert "Restoring copy.db" in filled("restore", "copy.db", "--force").err


@pytest.mark.parametrize("words", [("backup", "copy"), ("restore", "copy")], ids=" ".join)
def test_without_postgresqls_programs_they_are_named(
    tend: Tend, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ana:{SECRET}@127.0.0.1:1/tend")
    line = tend(*words).line()
    assert "PATH" in line
    assert "pg_" in line
    assert SECRET not in line


@pytest.mark.slow
def test_a_saving_process_that_is_stopped_leaves_no_half_file(filled: Tend, environment: str, tmp_path: Path) -> None:
    code = (
        "import os, signal; from storage.backup import sqlite; from bot.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which a shell may have had ignored
        "copy_pages = sqlite._copy_pages\n"
        "def slow(source, target, progress):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    copy_pages(source, target, progress)\n"
        "sqlite._copy_pages = slow\n"
        "main()\n"
    )
    before = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", code, "backup", "copy.db"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (130, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_password_is_not_on_the_command_line() -> None:
    engine = make_engine("postgresql://ana:hunter%402@db.example.com:5433/tend?sslmode=require")
    with postgres._connection_args(engine) as (where, secret):
        pass
    assert "hunter" not in " ".join(where)
    assert all(part in where[0] for part in ("host=db.example.com", "port=5433", "user=ana", "sslmode=require"))
    assert secret == {"PGPASSWORD": "hunter@2"}


def test_the_password_of_a_private_key_is_in_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lists processes sees arguments; libpq reads it from a file that is its owner's alone."""
    engine = make_engine("postgresql://tend@127.0.0.1/tend?sslkey=/k&sslpassword=hunter%402&sslmode=verify-full")
    with postgres._connection_args(engine) as (where, secret):
        file = Path(secret["PGSERVICEFILE"])
        assert file.read_text() == f"[{secret['PGSERVICE']}]\nsslpassword=hunter@2\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "hunter" not in " ".join(where)
        assert "sslkey=/k" in where[0]
    assert not file.exists()


def test_a_folder_keeps_the_newest_backups_and_nothing_else_is_deleted(
    filled: Tend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, moment = tmp_path / "backups", datetime(2026, 11, 23, 9, tzinfo=UTC)
    folder.mkdir()
    for name in ("tend-2020.db", "notes.txt", "tend-20200101T000000Z.db.gz"):
        (folder / name).write_text("mine")
    for day in range(4):
        monkeypatch.setattr(bot.cli.backup, "system_clock", lambda day=day: moment + timedelta(days=day))
        ran = filled("backup", folder, "--keep", "2")
        assert (ran.code, ran.err) == (0, "")
    others = {"notes.txt", "tend-2020.db", "tend-20200101T000000Z.db.gz"}
    newest = {"tend-20261125T090000Z.db", "tend-20261126T090000Z.db"}
    assert {path.name for path in folder.iterdir()} == others | newest
    assert "Deleted" in ran.out
    restored = filled("restore", folder / "tend-20261126T090000Z.db", "--force")
    assert restored.code == 0
    assert "needs an existing folder" in filled("backup", tmp_path / "nowhere", "--keep", "2").line()


def test_a_backup_just_made_stays_whatever_the_names_of_others_say(filled: Tend, tmp_path: Path) -> None:
    """The clock was wrong once, or somebody else put a file there."""
    folder = tmp_path / "backups"
    (folder / "tend-29990102T000000Z.db").mkdir(parents=True)
    (folder / "tend-29990101T000000Z.db").write_text("of another time")
    ran = filled("backup", folder, "--keep", "1")
    assert (ran.code, ran.err) == (0, "")
    (made,) = (path for path in folder.iterdir() if path.is_file())
    assert not made.name.startswith("tend-2999")


def test_a_backup_that_fails_deletes_none(filled: Tend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tend-20200101T000000Z.db").write_text("old")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    assert "the database is empty" in filled("backup", tmp_path, "--keep", "1").line()
    assert (tmp_path / "tend-20200101T000000Z.db").exists()
