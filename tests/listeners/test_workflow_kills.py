"""A Tend that is killed in the middle of a workflow's step: it is finished by the next, once."""

import multiprocessing
from typing import Any

import pytest

from bot.app import create_app
from bot.config import Settings
from bot.fake_slack import BotRequest, InProcessConnection
from bot.fake_slack.user import payloads
from bot.services import Services
from storage.db.engine import make_engine
from storage.tables import Activity, SeenRequest
from tests.listeners.office import ANA, NOW, TOKEN_KEY, Office
from tests.patience import PATIENCE, until

pytestmark = pytest.mark.slow

SECONDS = 60.0
"""For how long Slack keeps the one that is killed waiting."""


def handle(url: str, settings: dict[str, Any], body: dict[str, Any]) -> None:
    """Do what the event says, in a process of its own."""
    services = Services.build(Settings(**settings), make_engine(url), lambda: NOW)
    app = create_app(services)
    InProcessConnection(app, settings["slack_signing_secret"], limit=SECONDS).send(BotRequest("events_api", body))


@pytest.mark.parametrize("killed", ["recorded", "told", "ended"])
def test_a_step_that_was_killed_is_finished_once(office: Office, killed: str) -> None:
    """Right after it was recorded, right after it was told, and right after it was ended."""
    office.partner("Acme Legal", owner=ANA)
    slack, execution = office.slack, office.slack.new_execution("log_touch")
    inputs = {"partner": "Acme Legal", "note": "Lunch"}
    method, after = {
        "recorded": ("conversations.open", False),
        "told": ("chat.postMessage", True),
        "ended": ("functions.completeSuccess", True),
    }[killed]
    slack.world.faults.add(method, "latency", times=None, after_effect=after, seconds=SECONDS)
    settings = {
        "slack_bot_token": slack.keys.bot_token,
        "slack_signing_secret": slack.keys.signing_secret,
        "slack_api_url": slack.api_url,
        "tend_token_key": TOKEN_KEY,
    }
    inner = {
        "type": "function_executed",
        "function": {"callback_id": "log_touch"},
        "inputs": {**inputs, "person": {"id": ANA, "secret": "x"}},
        "function_execution_id": execution.id,
        "bot_access_token": execution.token,
    }
    body = payloads.event(slack.world, inner, "Ev1")
    url = office.engine.url.render_as_string(hide_password=False)
    tend = multiprocessing.get_context("spawn").Process(target=handle, args=(url, settings, body))
    tend.start()
    try:
        is_reached = {
            "recorded": lambda: any(row.key.startswith("step:") for row in office.rows(SeenRequest)),
            "told": lambda: bool(slack.dm(ANA)),
            "ended": lambda: not execution.is_running,
        }[killed]
        until(is_reached)
    finally:
        tend.kill()
        tend.join(PATIENCE)
    slack.world.faults.clear()
    office.clock.forward(minutes=1)
    assert slack.execute(execution, ANA, event_id="Ev1", retry_num=2, **inputs).ok
    assert execution.outputs == {"partner": "Acme Legal"}
    assert [row.title for row in office.rows(Activity)] == ["Lunch"]
    assert len(slack.dm(ANA)) == 1
