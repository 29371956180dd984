"""What `tend doctor` finds, and what it says to do about it."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import bot.cli.doctor.slack
from bot.cli.doctor import variables
from bot.cli.doctor.finding import Grade
from bot.cli.errors import database_problem
from bot.config import Settings
from bot.fake_slack import FakeSlack
from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.web_api.oauth import Tokens
from bot.slack.manifest import SCOPES
from storage.db.engine import make_engine, writing
from storage.workspaces import workspaces
from tests.cli.conftest import Tend
from tests.web.conftest import Door, serving, unused_port

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def well(tend: Tend, slack: FakeSlack) -> Tend:
    """With all permissions and a migrated database."""
    slack.world.scopes = SCOPES
    tend("migrate")
    return tend


def examine(tend: Tend) -> tuple[int, list[str]]:
    """Its exit code, and the lines that are not all right."""
    ran = tend("doctor")
    assert ran.err == ""
    return ran.code, [line for line in ran.out.splitlines() if not line.startswith("✓ ")]


# -- variables


def test_a_misspelt_variable_is_named_with_the_right_one(well: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_BOT_TOKN", "xoxb-hunter2")
    monkeypatch.setenv("SLACK_TEAM", "another program's")
    monkeypatch.setenv("HOSTNAME", "box")
    code, lines = examine(well)
    assert code == 2
    assert "✗ SLACK_BOT_TOKN in the environment means nothing to Tend: did you mean SLACK_BOT_TOKEN?" in lines
    assert not [line for line in lines if "HOSTNAME" in line or "hunter2" in line]


def test_a_misspelt_variable_in_the_file_is_named_too(well: Tend, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_APP_TOKENS=xapp-1\nPOSTGRES_PASSWORD=x\n")
    (tmp_path / ".env").chmod(0o600)
    code, lines = examine(well)
    assert (code, lines) == (
        2, ["✗ SLACK_APP_TOKENS in .env means nothing to Tend: did you mean SLACK_APP_TOKEN?"],
    )  # fmt: skip


def test_all_wrong_values_are_told_at_once(well: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "xapp-hunter2")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    code, lines = examine(well)
    assert code == 2
    assert len(lines) == 3
    assert "SLACK_APP_TOKEN should start with xapp-" in lines[0]
    assert lines[0].endswith("what it has now looks like a bot token, which belongs in SLACK_BOT_TOKEN.")
    assert lines[1].startswith(
        "✗ SLACK_SIGNING_SECRET should be 32 letters and digits; what it has now looks like an app"
    )
    assert "LOG_LEVEL should be one of" in lines[2]
    assert "hunter2" not in "".join(lines)


def test_a_wrong_value_hides_nothing_else(well: Tend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor is what is wrong taken for what is used where it is not set."""
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("TEND_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "0123456789abcdef0123456789abcdef")
    code, lines = examine(well)
    assert (code, len(lines)) == (2, 3), lines
    for line, words in zip(lines, ("LOG_LEVEL", "SLACK_BOT_TOKEN: Slack does not accept", "no Tend"), strict=True):
        assert words in line
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("METRICS_PORT", "1")
    said = well("doctor").out
    assert "DATABASE_URL should name a file" in said
    assert "SLACK_BOT_TOKEN: Slack does not accept" in said
    for other in ("schema", "disk", "port 3000", "no Tend"):
        assert other not in said
    assert not (tmp_path / "tend.db").exists()


def test_what_slack_refuses_or_where_it_is_not_is_told_with_what_to_do(
    well: Tend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    (line,) = examine(well)[1]
    assert line.endswith(
        "copy it from Slack app ▸ OAuth & Permissions ▸ Bot User OAuth Token, or install the app again."
    )
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    (line,) = examine(well)[1]
    assert "Slack (SLACK_API_URL) could not be reached" in line
    assert "check this machine's network" in line


def test_others_may_not_read_the_file_with_secrets(well: Tend, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("LOG_LEVEL=WARNING\n")
    path.chmod(0o640)
    assert examine(well) == (0, ["! other users of this machine may read .env: run `chmod 600 .env`"])
    path.chmod(0o600)
    assert examine(well) == (0, [])


def test_secrets_that_slack_offers_no_call_to_check_are_looked_at() -> None:
    def lines(signing: str, client: str = "b" * 32) -> list[tuple[Grade, str]]:
        settings = Settings(slack_signing_secret=signing, slack_client_secret=client, slack_api_url=variables.OWN_SLACK)
        return [(finding.grade, finding.text.partition(":")[0]) for finding in variables._check_shapes(settings)]

    assert lines("0123456789abcdef" * 2) == []
    assert lines("short") == [(Grade.NOTICE, "SLACK_SIGNING_SECRET should be 32 letters and digits")]
    assert lines("b" * 32)[0][0] is Grade.PROBLEM


# -- Slack


def test_an_app_token_that_slack_refuses_is_told_by_its_name(
    well: Tend, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.keys.app_token)
    assert "✓ SLACK_APP_TOKEN opens a connection" in well("doctor").out
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-of-another-app")
    code, (line,) = examine(well)
    assert code == 2
    assert line.startswith("✗ SLACK_APP_TOKEN: Slack does not accept it (invalid_auth)")
    assert "App-Level Tokens" in line
    slack.world.faults.add("apps.connections.open", "missing_scope", times=1)
    assert "generate another one" in examine(well)[1][0]


def test_a_token_of_another_workspace_than_the_databases_is_told(well: Tend, environment: str) -> None:
    engine = make_engine(environment)
    with writing(engine) as session:
        workspaces.connect(
            session, team_id="TOTHER", name="Northwind", bot_user_id="UBOT", now=datetime(2026, 11, 2, tzinfo=UTC)
        )
    engine.dispose()
    code, (line,) = examine(well)
    assert code == 2
    assert "SLACK_BOT_TOKEN is of the workspace Stand-in (T0TEND), but" in line
    assert "Northwind (TOTHER)" in line
    assert "another DATABASE_URL" in line


@pytest.mark.parametrize(
    ("minutes", "code", "words"),
    [
        (-6, 2, "s behind Slack's, so Slack's signed requests are refused: set the clock"),
        (6, 2, "s ahead of Slack's, so"),
        (2, 0, "s ahead of Slack's: set the clock"),
    ],
)
def test_a_clock_that_is_wrong_is_told(
    well: Tend, monkeypatch: pytest.MonkeyPatch, minutes: int, code: int, words: str
) -> None:
    wrong = timedelta(minutes=minutes)
    monkeypatch.setattr(bot.cli.doctor.slack, "system_clock", lambda: datetime.now(UTC) + wrong)
    found, (line,) = examine(well)
    assert found == code
    assert words in line


def test_an_archived_channel_and_one_without_tend_are_told(well: Tend, slack: FakeSlack) -> None:
    slack.world.add_channel("CARCHIVED", "old", is_archived=True)
    slack.world.add_channel("CWITHOUT", "without", bot_is_member=False)
    for channel, words in (("CARCHIVED", "is archived; unarchive it"), ("CWITHOUT", "add it with /invite @Tend")):
        well("settings", "digest_channel", channel)
        code, (line,) = examine(well)
        assert code == 2
        assert words in line


# -- ports and addresses


@pytest.fixture
def someone() -> Iterator[tuple[Door, int]]:
    """Another server on this machine."""
    with serving() as found:
        yield found


async def not_tend(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"hello"})  # type: ignore[operator]


async def tend_web(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b'{"ok":true,"app":"tend"}'})  # type: ignore[operator]


def test_a_port_of_another_program_is_told_and_tends_own_is_fine(
    well: Tend, monkeypatch: pytest.MonkeyPatch, someone: tuple[Door, int]
) -> None:
    door, port = someone
    door.behind = not_tend
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(port))
    code, (line,) = examine(well)
    assert code == 2
    assert line.startswith(f"✗ PORT: can't listen on 127.0.0.1:{port} (")
    assert line.endswith("choose another PORT")
    door.behind = tend_web
    assert examine(well) == (0, [])
    monkeypatch.setenv("PORT", str(unused_port()))
    assert examine(well) == (0, [])


def test_the_port_of_the_metrics_is_looked_at_too(
    well: Tend, monkeypatch: pytest.MonkeyPatch, someone: tuple[Door, int]
) -> None:
    door, taken = someone
    door.behind = not_tend
    monkeypatch.setenv("METRICS_PORT", str(taken))
    assert examine(well)[1][0].endswith("choose another METRICS_PORT")
    port = str(unused_port())
    monkeypatch.setenv("PORT", port)
    monkeypatch.setenv("METRICS_PORT", port)
    assert examine(well)[1] == [f"✗ PORT and METRICS_PORT are both {port}: choose another METRICS_PORT"]


def test_an_address_at_which_nobody_answers_is_told(
    well: Tend, monkeypatch: pytest.MonkeyPatch, someone: tuple[Door, int]
) -> None:
    door, port = someone
    monkeypatch.setenv("TEND_URL", f"http://127.0.0.1:{unused_port()}")
    code, (line,) = examine(well)
    assert code == 0
    assert line.startswith("! no Tend answers at TEND_URL")
    assert line.endswith("start `tend web` and its proxy, then check again")
    door.behind = tend_web
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(port))
    code, (line,) = examine(well)
    assert code == 2
    assert "though `tend web` runs here: check the name, the certificate and the proxy" in line
    monkeypatch.setenv("TEND_URL", f"http://127.0.0.1:{port}")
    assert examine(well) == (0, [])
    door.behind = not_tend
    assert "✗ something else than Tend answers at" in examine(well)[1][-1]


# -- the database


@pytest.mark.parametrize(
    ("free", "code", "words"),
    [
        (50_000_000, 2, "is nearly full: 50 MB free"),
        (3_400_000, 2, "is nearly full: 3 MB free"),
        (500_000_000, 0, "is filling up: 500 MB free"),
        (90_000_000_000, 0, ""),
    ],
)
def test_a_full_disk_is_told(well: Tend, monkeypatch: pytest.MonkeyPatch, free: int, code: int, words: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100_000_000_000, 100_000_000_000 - free, free))
    found, lines = examine(well)
    assert found == code
    assert bool(lines) is bool(words)
    assert words in "".join(lines)


SERVER = 'connection failed: connection to server at "10.0.0.7", port 5432 failed: '


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (f'{SERVER}FATAL:  password authentication failed for user "tend"', "check the user and the password in X_URL"),
        (f"{SERVER}fe_sendauth: no password supplied", "check the user and the password in X_URL"),
        (f'{SERVER}FATAL:  database "tent" does not exist', "create it with `createdb`, or correct its name in X_URL"),
        (
            f'{SERVER}FATAL:  role "tent" does not exist',
            "`createuser`, or correct its name in X_URL",
        ),
        (f'{SERVER}FATAL:  no pg_hba.conf entry for host "10.0.0.8"', "accept this machine and this user"),
        (f"{SERVER}Connection refused\n\tIs the server running?", "and the host and port in X_URL"),
        (f"{SERVER}timeout expired", "and the host and port in X_URL"),
        ("failed to resolve host 'dbb': [Errno -2] Name or service not known", "check the host in X_URL"),
        ("permission denied for schema public", "the right to create and change tables"),
        ("unable to open database file", "its folder exists and that Tend may write there"),
        ("file is not a database", "restore a backup with `tend restore`"),
        ("something else", "can't be used: something else"),
    ],
)
def test_what_a_database_says_comes_with_what_to_do(words: str, advice: str) -> None:
    told = database_problem(OperationalError("SELECT 1", {}, Exception(words)), "X_URL")
    assert told.startswith(f"The database in X_URL can't be used: {words.splitlines()[0]}")
    assert told.endswith(advice)


def test_a_folder_that_is_missing_is_told(well: Tend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/gone/tend.db")
    code, lines = examine(well)
    assert code == 2
    assert [line for line in lines if "the folder of the database doesn't exist" in line]


def test_missing_programs_for_backups_are_told(well: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tend:hunter2@127.0.0.1:1/tend")
    monkeypatch.setenv("PATH", "")
    _, lines = examine(well)
    assert "! pg_dump, pg_restore, psql not on the PATH, so `tend backup` can't work" in "\n".join(lines)
    assert "hunter2" not in "".join(lines)


def test_an_older_schema_is_told_with_what_to_do(well: Tend, environment: str) -> None:
    engine = make_engine(environment)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    engine.dispose()
    code, lines = examine(well)
    assert code == 2
    assert any(line.endswith("run `tend migrate`") for line in lines)


def test_an_organisations_token_is_no_single_workspaces(well: Tend, slack: FakeSlack) -> None:
    grid = slack.organise("E0GRID", slack)
    grid.install(InstalledApp(), slack.world.scopes)
    grid.tokens.add(slack.keys.bot_token)
    slack.tokens = Tokens()
    code, lines = examine(well)
    (line,) = [one for one in lines if "SLACK_BOT_TOKEN is of a whole organisation" in one]
    assert (code, line[0]) == (2, "✗")
