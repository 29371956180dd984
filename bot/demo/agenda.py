"""People's own calendars in the demo: each is a file in iCal format, at an address of this machine that Tend reads."""

import hashlib
import json
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icalendar import Calendar, Event, vCalAddress
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.meeting_briefs import BRIEF_BEFORE
from bot.actions.workspace.meetings import AHEAD
from bot.demo.people import MEMBERS
from bot.errors import ConfigurationError
from bot.fake_slack import FakeSlackError
from bot.fake_slack.transport.server import LOOPBACK
from bot.outbound.connection import Network

HOST = "calendar.fairweather.example"
"""A name that leads nowhere but to the demo itself."""
LENGTH = timedelta(hours=1)
TEAM_MEETING = datetime(2024, 1, 1, 9, tzinfo=UTC)
"""Each week, with nobody from outside. It shows how far back a calendar goes, and so what was cancelled."""
FILE_NAME = "calendars.json"


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """A meeting of a person with somebody outside, an hour long."""

    starts_at: datetime
    user: str
    address: str
    who: str

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + LENGTH

    @property
    def key(self) -> str:
        """What it is known by, on the page and in the file."""
        return hashlib.sha256(f"{self.user} {self.address} {self.starts_at.isoformat()}".encode()).hexdigest()[:20]


class Agenda:
    """All calendars, kept in a folder.

    Raises:
        ConfigurationError: what the folder has is none of ours.
    """

    def __init__(self, folder: Path) -> None:
        self._file, self._lock = folder / FILE_NAME, threading.Lock()
        self._meetings = _load(self._file) if self._file.exists() else ()

    def of(self, user: str) -> Sequence[Meeting]:
        """Return a person's meetings, in the order of time."""
        return [meeting for meeting in self._meetings if meeting.user == user]

    def add(self, meeting: Meeting) -> None:
        """Add a meeting, or raise FakeSlackError if it is there."""
        with self._lock:
            if meeting in self._meetings:
                raise FakeSlackError("That meeting is in your calendar already.")
            self._keep([*self._meetings, meeting])

    def remove(self, user: str, key: str) -> None:
        """Remove a person's meeting, if it is there."""
        with self._lock:
            self._keep([one for one in self._meetings if (one.user, one.key) != (user, key)])

    def _keep(self, meetings: Sequence[Meeting]) -> None:
        self._meetings = tuple(sorted(meetings))
        rows = [[one.starts_at.isoformat(), one.user, one.address, one.who] for one in self._meetings]
        self._file.write_text(json.dumps(rows), encoding="utf-8")

    def next_stop(self, now: datetime) -> datetime | None:
        """Return when the next brief is due or the next meeting has ended."""
        stops = [at for one in self._meetings for at in (one.starts_at - BRIEF_BEFORE, one.ends_at) if at > now]
        return min(stops, default=None)

    def next_brief(self, user: str, now: datetime) -> datetime | None:
        """Return when a person's next brief is due."""
        return min((at for one in self.of(user) if (at := one.starts_at - BRIEF_BEFORE) > now), default=None)

    def has_news(self, since: datetime, until: datetime) -> bool:
        """Return whether Tend would learn of a meeting between two instants: that it comes, is near, or has ended."""
        turns = [
            at for one in self._meetings for at in (one.starts_at - AHEAD, one.starts_at - BRIEF_BEFORE, one.ends_at)
        ]
        return any(since < at <= until for at in turns)

    def route(self) -> Route:
        """Return the route of the calendars."""

        async def feed(request: Request) -> Response:
            owners = {path_of(user): user for user in MEMBERS}
            user = owners.get(request.url.path)
            if user is None:
                return Response(status_code=404)
            return Response(_as_ical(self.of(user)), media_type="text/calendar")

        return Route("/own-calendars/{name}", feed)


def _load(file: Path) -> tuple[Meeting, ...]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Meeting(datetime.fromisoformat(at), user, address, who) for at, user, address, who in rows)
    except (ValueError, TypeError):
        raise ConfigurationError(f"{file} should contain the demo's meetings; delete it.") from None


def path_of(user: str) -> str:
    """Return where a person's calendar is."""
    return f"/own-calendars/{hashlib.sha256(f'calendar of {user}'.encode()).hexdigest()[:20]}.ics"


def calendar_address(user: str) -> str:
    """Return the secret address that Tend reads."""
    return f"http://{HOST}{path_of(user)}"


def network_to(port: int) -> Network:
    """Return a network in which there is only the demo itself, on a loopback port: nothing leaves this machine."""

    def resolve(host: str, _port: int) -> Sequence[str]:
        if host not in (HOST, LOOPBACK):
            raise OSError("the demo has no way out")
        return [LOOPBACK]

    def connect(address: str, _port: int, timeout: float) -> socket.socket:
        return socket.create_connection((address, port), timeout)

    return Network(resolve=resolve, connect=connect, loopback=True)


def _as_ical(meetings: Sequence[Meeting]) -> bytes:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Fairweather Advisers//Demo//EN")
    inside = _event("team", "Team meeting", TEAM_MEETING)
    inside.add("RRULE", {"FREQ": "WEEKLY"})
    calendar.add_component(inside)
    for one in meetings:
        event = _event(one.key, f"Meeting with {one.who}", one.starts_at.astimezone(UTC))
        event.add("ATTENDEE", vCalAddress(f"mailto:{one.address}"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(key: str, title: str, starts_at: datetime) -> Event:
    event = Event()
    event.add("UID", f"{key}@{HOST}")
    event.add("SUMMARY", title)
    event.add("DTSTAMP", starts_at)
    event.add("DTSTART", starts_at)
    event.add("DTEND", starts_at + LENGTH)
    return event
