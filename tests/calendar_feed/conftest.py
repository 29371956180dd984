"""The office, and a calendar program that fetches what it is given."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from icalendar import Calendar

from bot.web.app import make_web
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import TEND_URL, Office
from tests.patience import PATIENCE
from tests.storage.conftest import database_kind, engine, url
from tests.web.conftest import Door, serving

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


@dataclass(frozen=True)
class Got:
    """What a calendar program got: its status, its headers in lower case, its text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def calendar(self) -> Calendar:
        found = Calendar.from_ical(self.text)
        assert isinstance(found, Calendar)
        assert not found.errors
        return found

    @property
    def days(self) -> list[tuple[date, str]]:
        """The events as a calendar shows them; whole days, each with a name of its own."""
        assert self.status == 200, self.text
        events = self.calendar.events
        assert len({str(one["uid"]) for one in events}) == len(events)
        for one in events:
            assert (one.DTEND - one.DTSTART).days == 1
            assert type(one.DTSTART) is date
        return [(one.DTSTART, str(one["summary"])) for one in events]

    @property
    def uids(self) -> dict[str, str]:
        return {str(one["summary"]): str(one["uid"]) for one in self.calendar.events}


Fetch = Callable[..., Got]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Door, int]]:
    with serving() as found:
        yield found


@pytest.fixture
def fetch(served: tuple[Door, int], office: Office) -> Fetch:
    door, port = served
    door.behind = make_web(office.services, office.app)

    def get(link: str, method: str = "GET", **headers: str) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, link.removeprefix(TEND_URL), headers=named)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, told, answer.read().decode())
        finally:
            connection.close()

    return get
