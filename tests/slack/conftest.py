"""Two workspaces, neither of which has installed Tend yet; one database, a clock, and Tend's endpoint as served."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import create_app
from bot.fake_slack import FakeSlack
from bot.services import Services
from bot.web.app import make_web
from storage.db.engine import make_engine
from tests.notifications.conftest import no_proxy, running
from tests.notifications.office import Clock
from tests.slack.street import SIGNING, Street, distribute, furnish, hears, make_settings
from tests.web.conftest import Door, serving
from tests.web.endpoint import Endpoint

__all__ = ["no_proxy", "running"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Door, int]]:
    """Not for longer: where other tests freeze the time, a server that is running never wakes again."""
    with serving() as found:
        yield found


@pytest.fixture
def street(running: FakeSlack, served: tuple[Door, int], database_file: Path) -> Iterator[Street]:
    with open_street(running, served, f"sqlite:///{database_file}") as opened:
        yield opened


@contextmanager
def open_street(running: FakeSlack, served: tuple[Door, int], url: str) -> Iterator[Street]:
    """On a migrated database."""
    clock = Clock()
    running.clock = clock
    running.reset()
    distribute(running)
    second = running.neighbour("T0SECOND", team_name="Second & Sons")
    door, port = served
    services = Services.build(make_settings(running), make_engine(url), clock)
    endpoint = Endpoint(port, SIGNING)
    door.behind = make_web(services, create_app(services))
    for slack in (running, second):
        furnish(slack)
        hears(slack, endpoint)
    opened = Street(running, second, clock, url, services.engine, services, endpoint)
    yield opened
    opened.close()


@pytest.fixture
def both(street: Street) -> Street:
    """Both have installed it."""
    street.install(street.first)
    street.install(street.second)
    return street
