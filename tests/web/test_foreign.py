"""A server that speaks only a part of Slack's protocol, or does not say whose token it is."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.app import create_app
from bot.config import Settings
from bot.fake_slack.transport.link import BotRequest as Sent
from bot.fake_slack.transport.link import InProcessConnection
from bot.notifications.claim import run_all
from bot.notifications.send import RunResult
from bot.services import Services
from storage.db.engine import make_engine, reading, writing
from storage.partners import partners
from storage.workspaces import workspaces
from tests.notifications.office import COMPLETE
from tests.web.endpoint import Foreign, foreign

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
POSTED = {"channel": "D1", "ts": "1.2"}


def house_at(slack: Foreign, engine: Engine) -> Services:
    settings = Settings(slack_bot_token="xoxb-x", slack_signing_secret="secret", slack_api_url=slack.url)
    return Services.build(settings, engine, lambda: MONDAY)


@pytest.fixture
def engine(database_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """With a partner that was imported before the first connection, and a digest channel that was set before it."""
    path = tmp_path / "foreign.db"
    shutil.copy(database_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        row = workspaces.get_or_create_unconnected(session, now=MONDAY)
        row.digest_channel = "C1"
        assert row.id
        partners.add(
            session,
            workspace_id=row.id,
            name="Acme Legal",
            since_on=date(2026, 10, 1),
            owner="U1",
            by="U1",
            now=datetime(2026, 10, 1, 12, tzinfo=UTC),
            **COMPLETE,
        )
    yield engine
    engine.dispose()


def command(services: Services, text: str, team: str = "T0FIRST") -> str:
    payload = {"command": "/trust", "text": text, "team_id": team, "user_id": "U1", "channel_id": "C1"}
    answer = InProcessConnection(create_app(services), "secret").send(Sent("slash_commands", payload))
    assert answer.status == 200
    return str(answer.body)


def teams(engine: Engine) -> list[str | None]:
    with reading(engine) as session:
        return [row.team_id for row in workspaces.list_workspaces(session)]


def test_where_only_posting_is_known_commands_and_ticks_work(engine: Engine) -> None:
    with foreign(auth_test={"team_id": "T0FIRST", "user_id": "UBOT"}, chat_postMessage=POSTED) as slack:
        services = house_at(slack, engine)
        assert "Acme Legal" in command(services, "Acme Legal 4")
        assert run_all(services, MONDAY) == RunResult(nudges=1, digests=1)
        assert run_all(services, MONDAY) == RunResult()
        assert sorted(args["channel"] for args in slack.calls_to("chat.postMessage")) == ["C1", "U1"]


def test_where_slack_does_not_say_whose_the_token_is_the_first_commands_team_counts(engine: Engine) -> None:
    """Also if a tick came before it: what was imported belongs to that team."""
    with foreign(auth_test={"user_id": "UBOT"}, chat_postMessage=POSTED) as slack:
        services = house_at(slack, engine)
        assert run_all(services, MONDAY) == RunResult(nudges=1, digests=1)
        assert teams(engine) == [None]
        assert "RVI" in command(services, "Acme Legal 4")
        assert teams(engine) == ["T0FIRST"]
        assert "not installed" in command(services, "Acme Legal 4", team="T0SECOND")
        assert teams(engine) == ["T0FIRST"]
        assert run_all(services, MONDAY) == RunResult()


def test_an_empty_answer_to_who_am_i_is_enough(engine: Engine) -> None:
    with foreign(auth_test={}, chat_postMessage={}) as slack:
        services = house_at(slack, engine)
        assert "RVI" in command(services, "Acme Legal 4")
        assert run_all(services, MONDAY).nudges == 1
