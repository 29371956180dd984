from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.fake_slack import FakeSlack, InProcessConnection


def sample_app() -> ModuleType:
    """The module beside this one: in importlib mode tests are no package that could import it."""
    spec = spec_from_file_location("sandbox_sample_app", Path(__file__).with_name("sample_app.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback requests go to no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="package")
def running() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(running: FakeSlack, clock: Clock) -> FakeSlack:
    running.clock = clock
    world = running.reset()
    world.add_person("U1", "ann", real_name="Ann Lee", is_admin=True)
    world.add_person("U2", "bob", real_name="Bob Ray")
    world.add_person("U3", "eve", is_stranger=True)
    world.add_person("U4", "gone", deleted=True)
    world.add_channel("C1", "general", members=["U1", "U2"])
    world.add_channel("C2", "elsewhere", members=["U1"], bot_is_member=False)
    world.add_channel("C3", "old", is_archived=True, members=["U1"])
    world.add_channel("C4", "with-acme", is_ext_shared=True, members=["U1", "U3"])
    return running


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(token="xoxb-stand-in", base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def heard() -> list[dict[str, Any]]:
    """The bodies that reached the bot."""
    return []


@pytest.fixture
def app(client: WebClient, heard: list[dict[str, Any]]) -> App:
    return sample_app().make_app(client, heard)


@pytest.fixture
def bot(slack: FakeSlack, app: App) -> FakeSlack:
    """The stand-in with the sample app behind it, in process."""
    slack.link = InProcessConnection(app)
    return slack
