"""Tokens at rest: never in the clear, in no file, row, log or error; and what keys open them."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from slack_sdk.oauth.installation_store.models import Installation as Installed
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, StatementError

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.slack.oauth import OAuthWorkspaces
from bot.slack.token_store import SECRET_COLUMNS
from storage.db.engine import make_engine, reading, writing
from storage.tables import SLACK_BOTS, SLACK_INSTALLATIONS
from tests.cli.conftest import Tend, tend
from tests.slack.street import CLIENT_SECRET, KEY, SIGNING, Street, distribute, dump

__all__ = ["tend"]

TOKENS = re.compile(r"xox[a-z]")


def secrets_of(street: Street) -> set[str]:
    """Every token that Slack has handed out, and what Tend itself must keep to itself."""
    told = {CLIENT_SECRET, SIGNING, KEY}
    for slack in (street.first, street.second):
        for call in slack.world.calls:
            told |= {str(call.answer.get(name)) for name in ("access_token", "refresh_token")} - {"None"}
    return told


def files(street: Street) -> Iterator[Path]:
    yield from Path(street.url.removeprefix("sqlite:///")).parent.iterdir()


@pytest.fixture
def full(street: Street) -> Street:
    """Both have installed an app whose tokens run out, the first of them twice."""
    distribute(street.first, rotates=True)
    for slack in (street.first, street.second, street.first):
        street.install(slack)
    return street


def as_environment(monkeypatch: pytest.MonkeyPatch, street: Street, **changed: str) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    told = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING,
        "TEND_TOKEN_KEY": KEY,
        "SLACK_API_URL": street.first.api_url,
        "DATABASE_URL": street.url,
    }
    for name, value in (told | changed).items():
        monkeypatch.setenv(name, value)


def test_no_file_and_no_row_has_a_token_in_the_clear(full: Street) -> None:
    secrets = secrets_of(full)
    assert len([one for one in secrets if one.startswith("xoxe")]) == 6
    looked = [path.name for path in files(full)]
    assert any(name.endswith("-wal") for name in looked), "what is not yet in the database itself is looked at too"
    for path in files(full):
        raw = path.read_bytes()
        assert not [one for one in secrets if one.encode() in raw], path
        assert not TOKENS.search(raw.decode("latin-1"))
    told = str(dump(full.engine))
    assert not TOKENS.search(told)
    assert not [one for one in secrets if one in told]


def test_every_column_that_slack_fills_with_a_secret_is_locked(street: Street) -> None:
    store = street.by_oauth.store
    for theirs, ours in ((store.bots, SLACK_BOTS), (store.installations, SLACK_INSTALLATIONS)):
        assert {column.name for column in theirs.c} == {column.name for column in ours.c}
        named = {column.name for column in theirs.c if re.search("token$|webhook_url$", column.name)}
        assert named == {column.name for column in theirs.c if type(column.type).__name__ == "EncryptedText"}
        assert named <= set(SECRET_COLUMNS)
    everything = {name: f"xoxb-{name}" for name in SECRET_COLUMNS}
    with writing(street.engine) as session:
        store.within(session).save(Installed(team_id="T9", user_id="U9", app_id="A9", **everything))
    assert "xoxb" not in str(dump(street.engine))
    with reading(street.engine) as session:
        found = store.within(session).find_installation(enterprise_id=None, team_id="T9")
    assert found
    assert {name: getattr(found, name) for name in SECRET_COLUMNS} == everything


def test_neither_errors_nor_the_log_of_all_statements_show_a_token(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    """What a column's type makes of a value is not yet done when another column's fails: the text would show it."""
    engine = make_engine(street.url)
    engine.echo = "debug"  # type: ignore[assignment]  # what create_engine(echo=…) sets
    caplog.set_level(logging.DEBUG)
    store, secret = street.by_oauth.store, "xoxb-very-secret"
    good = Installed(team_id="T9", user_id="U9", app_id="A9", bot_token=secret, installed_at=1.0)
    with writing(engine) as session:
        store.within(session).save(good)
    with reading(engine) as session:
        assert store.within(session).find_bot(enterprise_id=None, team_id="T9")
    row: dict[str, Any] = {"client_id": "1.2", "app_id": "A", "is_enterprise_install": False, "bot_token": secret}
    for wrong, kind in (({"installed_at": "no day"}, StatementError), ({"installed_at": None}, DBAPIError)):
        with pytest.raises(kind) as caught, writing(engine) as session:
            session.execute(store.bots.insert(), row | wrong)
        assert "INSERT INTO slack_bots" in str(caught.value)
        assert secret not in f"{caught.value} {caught.value!r}"
        logging.getLogger("x").error("failed", exc_info=caught.value)
    assert "INSERT INTO slack_bots" in caplog.text
    assert secret not in caplog.text
    engine.dispose()


def test_reading_a_token_takes_no_turn_of_writing(both: Street) -> None:
    """A request only reads it; whoever is writing must not keep it waiting."""
    begun: list[str] = []
    event.listen(both.engine, "before_cursor_execute", lambda *seen: begun.append(seen[2]))
    (team, _) = both.services.workspaces.teams()
    both.services.workspaces.client(team)
    assert any(said.startswith("SELECT") for said in begun)
    assert "BEGIN IMMEDIATE" not in begun


def test_a_new_key_locks_the_old_one_opens_and_after_relocking_it_can_go(
    full: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tend("key").out.strip()
    tokens = {team.team_id: full.services.workspaces.client(team).token for team in full.services.workspaces.teams()}

    def opened(keys: str) -> dict[str | None, str | None]:
        services = full.other_house(tend_token_key=SecretStr(keys))
        services.workspaces.check()
        return {team.team_id: services.workspaces.client(team).token for team in services.workspaces.teams()}

    assert opened(f"{new},{KEY}") == tokens
    with pytest.raises(ConfigurationError, match="TEND_TOKEN_KEY"):
        opened(new)
    as_environment(monkeypatch, full, TEND_TOKEN_KEY=f"{new}, {KEY}")
    assert tend("key", "--relock").out == "2 installations encrypted with the first key\n"
    assert opened(new) == tokens
    with pytest.raises(ConfigurationError, match="TEND_TOKEN_KEY"):
        opened(KEY)
    assert not TOKENS.search(str(dump(full.engine)))


def test_with_a_new_key_in_front_what_is_stored_next_is_locked_with_it(full: Street) -> None:
    new = Fernet.generate_key().decode()
    services = full.other_house(tend_token_key=SecretStr(f"{new},{KEY}"))
    assert isinstance(services.workspaces, OAuthWorkspaces)
    services.workspaces.installed(Installed(team_id="T9", user_id="U9", app_id="A9", bot_token="xoxb-9"))
    alone = full.other_house(tend_token_key=SecretStr(new))
    team = alone.workspaces.team("T9")
    assert team
    assert alone.workspaces.client(team).token == "xoxb-9"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TEND_TOKEN_KEY": Fernet.generate_key().decode()}, "TEND_TOKEN_KEY does not include the key"),
        ({"TEND_TOKEN_KEY": "short"}, "TEND_TOKEN_KEY should be a key made by `tend key`"),
        ({"TEND_TOKEN_KEY": "ключ" * 11}, "TEND_TOKEN_KEY should be a key made by `tend key`"),
        ({"TEND_TOKEN_KEY": f"{KEY},"}, "TEND_TOKEN_KEY should be a key made by `tend key`"),
        ({"TEND_TOKEN_KEY": ""}, "TEND_TOKEN_KEY is not set"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set"),
        ({"SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_ID is not set"),
    ],
)
@pytest.mark.parametrize("command", ["worker", "web", "tick", "key"])
def test_what_is_missing_or_wrong_stops_the_start_with_its_name(
    full: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str, command: str
) -> None:
    as_environment(monkeypatch, full, **changed)
    words = ["key", "--relock"] if command == "key" else [command]
    line = tend(*words).line()
    assert said in line
    assert not [value for value in (*changed.values(), KEY, CLIENT_SECRET) if value and value in line]


def test_an_app_of_many_workspaces_is_not_for_socket_mode(
    full: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_environment(monkeypatch, full)
    assert "use `tend web` and `tend worker`" in tend("run").line()
    as_environment(monkeypatch, full, SLACK_APP_TOKEN="xapp-1")
    assert "use `tend web` and `tend worker`" in tend("run").line()


def test_tend_web_wants_the_signing_secret(full: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    as_environment(monkeypatch, full, SLACK_SIGNING_SECRET="")
    assert "SLACK_SIGNING_SECRET is not set" in tend("web").line()


def test_one_token_has_nothing_to_relock(tend: Tend, monkeypatch: pytest.MonkeyPatch, street: Street) -> None:
    as_environment(monkeypatch, street, SLACK_CLIENT_ID="", SLACK_CLIENT_SECRET="", SLACK_BOT_TOKEN="xoxb-stand-in")
    monkeypatch.setenv("TEND_TOKEN_KEY", "")
    assert "SLACK_CLIENT_ID is not set" in tend("key", "--relock").line()
