"""Whatever is mistaken, `tend` says it in one line that says what to do, and never repeats a secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

import storage.migrate
from bot.config import read_settings
from bot.fake_slack import FakeSlack
from storage.db.engine import make_engine, writing
from storage.tables import Workspace
from storage.workspaces import workspaces
from tests.cli.conftest import Tend
from tests.notifications.office import MONDAY
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
SECRET = "hunter2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fly"], "fly"),
        (["score", "--sideways"], "--sideways"),
        (["score", "--as-of"], "--as-of"),
        (["score", "--as-of", "banana"], "banana"),
        (["score", "--as-of", "2026-02-30"], "2026-02-30"),
        (["score", "--as-of", ""], ""),
        (["nudges", "--as-of", "31 Nov"], "31 Nov"),
        (["digest", "--as-of", "2026-13-01"], "2026-13-01"),
        (["score", "Nobody Ltd"], "Nobody Ltd"),
        (["score", "one", "two"], "two"),
        (["score", "--workspace", "T9"], "T9"),
        (["import"], "Missing"),
        (["import", "people", "x.csv"], "people"),
        (["import", "partners"], "Missing"),
        (["import", "partners", "nowhere.csv"], "nowhere.csv"),
        (["import", "partners", "binary.csv"], ""),
        (["import", "partners", "empty.csv"], ""),
        (["import", "partners", "wrong.csv"], "name"),
        (["import", "partners", "right.csv", "--mapping", "nowhere.toml"], "nowhere.toml"),
        (["import", "partners", "right.csv", "--mapping", "broken.toml"], ""),
        (["import", "partners", "half.csv", "--strict"], "1 cell"),
        (["settings", "timezone", "Mars/Base"], "Mars/Base"),
        (["settings", "timezon", "Europe/London"], "timezone"),
        (["settings", "colour"], "colour"),
        (["settings", "nudge_hour", "24"], "24"),
        (["settings", "nudge_hour", "21"], "quiet_hour"),
        (["import", "partners", "."], ". is a directory"),
        (["backup", "/nosuch/b.db"], "/nosuch/b.db"),
        (["export", "out", "--person", "Nobody"], "Nothing to export for Nobody"),
        (["settings", "digest_channel", "#partners"], "partners"),
        (["settings", "currency", "XXQ"], "XXQ"),
        (["settings", "stewards", "ana"], "ana"),
        (["tick"], "SLACK_BOT_TOKEN"),
        (["tick", "--now", "noon"], "noon"),
        (["tick", "--now", "2026-11-23T25:00Z"], "2026-11-23T25:00Z"),
        (["run"], "SLACK_BOT_TOKEN"),
        (["web"], "SLACK_BOT_TOKEN"),
        (["worker"], "SLACK_BOT_TOKEN"),
        (["manifest", "--url", "http://tend.example.com"], "https://"),
        (["manifest", "--url", "tend.example.com"], "https://"),
        (["demo", "--port", "many"], "--port"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_line(tend: Tend, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01name\x00")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "wrong.csv").write_text("colour\nred\n")
    (tmp_path / "right.csv").write_text("name\nAcme Legal\n")
    (tmp_path / "half.csv").write_text("name,since\nAcme Legal,2026-01-01\nBad,some day\n")
    (tmp_path / "broken.toml").write_text("[columns\n")
    assert said in tend(*words).line()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", f"xoxp-{SECRET}", "xoxb-"),
        ("SLACK_APP_TOKEN", f"xoxb-{SECRET}", "xapp-"),
        ("SLACK_BOT_TOKEN", f"xoxb-{SECRET}\nxoxb-2", "single line"),
        ("SLACK_API_URL", f"{SECRET}.example.com", "https://"),
        ("PORT", SECRET, "number of a port"),
        ("PORT", "70000", "65535"),
        ("LOG_LEVEL", SECRET, "WARNING"),
        ("DATABASE_URL", SECRET, "sqlite:///"),
        ("DATABASE_URL", f"mysql://u:{SECRET}@host/db", "sqlite:///"),
        ("DATABASE_URL", f"oracle://u:{SECRET}@host/db", "sqlite:///"),
        ("DATABASE_URL", f"nosuch://u:{SECRET}@host/db", "sqlite:///"),
        ("DATABASE_URL", f"postgresql://u:{SECRET}@host:port/db", "sqlite:///"),
        ("DATABASE_URL", f"postgresql://u:{SECRET}@127.0.0.1:1/db?connect_timeout=2", "can't be used"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all/tend.db", "can't be used"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_repeated(
    tend: Tend, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in ("score", "migrate"):
        line = tend(command).line()
        assert name in line
        assert said in line
        assert SECRET not in line


def test_a_file_that_is_no_database_is_refused(tend: Tend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no database, and is longer than a page header is\n" * 50)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'notes.txt'}")
    assert "not a database" in tend("score").line()


def stamp(url: str, revision: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()


@pytest.mark.parametrize("command", ["score", "settings", "tick", "web", "migrate"])
def test_a_newer_database_is_refused(tend: Tend, environment: str, slack: FakeSlack, command: str) -> None:
    assert slack
    tend("migrate")
    stamp(environment, "ffffffffffff")
    assert "newer version" in tend(command).line()


def test_an_older_database_asks_to_be_migrated(tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    tend("migrate")
    monkeypatch.setattr(storage.migrate, "head", lambda: "ffffffffffff")  # of a version to come
    line = tend("score").line()
    assert "earlier version" in line
    assert "`tend migrate`" in line


def two_workspaces(url: str) -> None:
    engine: Engine = make_engine(url)
    with writing(engine) as session:
        for team in ("T1", "T2"):
            session.add(Workspace(team_id=team, created_at=MONDAY))
    engine.dispose()


@pytest.mark.parametrize("command", ["score", "nudges", "digest", "settings"])
def test_among_several_workspaces_one_is_to_be_chosen(tend: Tend, environment: str, command: str) -> None:
    tend("migrate")
    two_workspaces(environment)
    line = tend(command).line()
    assert "--workspace" in line
    assert "T1, T2" in line
    assert tend(command, "--workspace", "T2").code == 0


def test_a_wrong_token_is_named_and_not_repeated(tend: Tend, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert slack
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    for command in ("tick", "web", "worker"):
        line = tend(command).line()
        assert "SLACK_BOT_TOKEN" in line
        assert SECRET not in line


@pytest.mark.parametrize("fault", ["500", "drop"])
def test_a_slack_in_trouble_is_not_blamed_on_the_token(tend: Tend, slack: FakeSlack, fault: str) -> None:
    slack.world.faults.add("auth.test", fault)
    line = tend("tick").line()
    assert "Slack" in line
    assert "SLACK_BOT_TOKEN" not in line


def test_a_slack_that_is_not_there_is_said(tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    assert "SLACK_API_URL" in tend("tick").line()


def test_what_no_user_can_mend_is_not_hidden(tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(workspaces, "list_workspaces", broken)
    with pytest.raises(ZeroDivisionError):
        tend("score")


@pytest.mark.slow
@pytest.mark.parametrize("words", [["fly"], ["score", "--as-of", "banana"], ["web"]], ids=" ".join)
def test_as_a_process_too(environment: str, tmp_path: Path, words: list[str]) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "COVERAGE"))}
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        env=variables | {"PYTHONPATH": str(ROOT), "DATABASE_URL": environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.slow
def test_a_reader_that_stops_reading_is_no_error(filled: Tend, environment: str) -> None:
    assert filled
    command = f"{sys.executable} -c 'from bot.cli import main; main()' score --json --as-of 2026-11-22 | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stderr == ""


def test_a_line_break_behind_a_secret_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file has it whose content is put into the environment."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1\n")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", " s\r\n")
    monkeypatch.setenv("PORT", "3001\n")
    settings = read_settings()
    assert (settings.need("slack_bot_token"), settings.need("slack_signing_secret")) == ("xoxb-1", "s")
    assert settings.port == 3001
