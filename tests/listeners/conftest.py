"""One stand-in a session, a new world and a new database a test; and a judge of all that was shown."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.fake_slack import FakeSlack
from tests.listeners.judge import judge_answer, judge_call, judge_shown
from tests.listeners.office import Clock, Office


@pytest.fixture(scope="session")
def running() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback requests go to no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(running: FakeSlack, database: Engine, clock: Clock) -> Office:
    running.clock = clock
    running.reset()
    return Office(running, database, clock)


@pytest.fixture(autouse=True)
def judged(office: Office) -> Iterator[None]:
    """Whatever a test is about: all that it made Tend show and say must be something that Slack takes."""
    yield
    world = office.slack.world
    for change in world.journal:
        judge_shown(change.item, world.people)
    for call in world.calls:
        judge_call(call, world.refuse_blocks)
    for delivery, answer in office.heard.pairs:
        judge_answer(delivery, answer)
