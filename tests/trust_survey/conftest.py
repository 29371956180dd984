"""The office of the typed commands, and the page that its partners open: served, and asked as a browser would."""

from collections.abc import Iterator

import pytest

from bot.web.app import make_web
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import Office
from tests.storage.conftest import database_kind, engine, url
from tests.trust_survey.visiting import Visitor
from tests.web.conftest import Door, serving

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Door, int]]:
    """Not for longer: where other tests freeze the time, a server that is running never wakes again."""
    with serving() as found:
        yield found


@pytest.fixture
def visitor(served: tuple[Door, int], office: Office) -> Visitor:
    """Somebody at a partner, with a browser and no account anywhere."""
    door, port = served
    door.behind = make_web(office.services, office.app)
    return Visitor(port)
