"""`tend webhook` does what stewards do in Slack, and the doctor says what is wrong."""

import pytest
from sqlmodel import Session

from bot.clock import system_clock
from storage.db.engine import make_engine
from storage.tables import WebhookDelivery, WebhookEndpoint
from storage.workspaces import workspaces
from tests.cli.conftest import Tend
from tests.listeners.office import TOKEN_KEY
from tests.stored import stored

URL = "https://hooks.example.com/secret-4f1c"


@pytest.fixture
def connected(tend: Tend, environment: str, monkeypatch: pytest.MonkeyPatch) -> str:
    tend("migrate")
    engine = make_engine(environment)
    with Session(engine) as session:
        workspaces.connect(session, team_id="T0TEND", now=system_clock())
        session.commit()
    engine.dispose()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    return environment


def test_webhooks_are_managed_from_the_command_line(
    tend: Tend, connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "TEND_TOKEN_KEY" in tend("webhook", "add", URL).line()
    monkeypatch.setenv("TEND_TOKEN_KEY", TOKEN_KEY)
    assert "begins with https://" in tend("webhook", "add", "http://x.example").line()
    assert "activity.recorded" in tend("webhook", "add", URL, "--events", "activity.record").line()
    assert "less than or equal to" in tend("webhook", "test", "9" * 20).line()
    secret = tend("webhook", "add", URL, "--events", "activity.recorded, band.changed").out.strip()
    assert secret.startswith("whsec_")
    engine = make_engine(connected)
    assert not any(word in stored(engine) for word in (secret, "secret-4f1c"))
    assert (
        tend("webhook", "list").out
        == "1  hooks.example.com  activity.recorded band.changed  0 waiting, 0 not delivered\n"
    )
    assert "within seconds" in tend("webhook", "test", "1").out
    assert "1 waiting" in tend("webhook", "list").out
    with Session(engine) as session:
        row = session.get_one(WebhookDelivery, 1)
        row.state, row.problem, row.attempts = "dead", "timeout", 8
        session.commit()
    assert (
        "webhook.test  8 tries  timeout\nhooks.example.com: 1 event not delivered" in tend("webhook", "dead", "1").out
    )
    assert "! webhooks: 1 event not delivered, 0 of 1 endpoint failing or paused" in tend("doctor").out
    assert tend("webhook", "replay", "1").out == "1 event to hooks.example.com will be sent again\n"
    assert "✓ webhooks: 1 endpoint, nothing undelivered" in tend("doctor").out
    assert "paused" in tend("webhook", "pause", "1").out
    assert "paused by tend" in tend("webhook", "list").out
    assert "sent to again" in tend("webhook", "resume", "1").out
    with Session(engine) as session:
        before = session.get_one(WebhookEndpoint, 1).sealed
    assert "1 webhook encrypted with the first key" in tend("key", "--relock").out
    with Session(engine) as session:
        assert session.get_one(WebhookEndpoint, 1).sealed != before
    monkeypatch.delenv("TEND_TOKEN_KEY")
    assert "✗ there are webhooks, but TEND_TOKEN_KEY is not set" in tend("doctor").out
    assert "nothing is sent to hooks.example.com any more" in tend("webhook", "remove", "1").out
    assert tend("webhook", "list").out == ""
    assert "no longer in this workspace" in tend("webhook", "test", "1").line()
    engine.dispose()
