"""The addresses of calendars: a person's own days, and one promise; read by programs, which know no sign-in."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar as ICalendar
from icalendar import Event
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.actions.workspace import calendar
from bot.actions.workspace.calendar import Calendar, CalendarDay, EventKind, FeedOwner
from bot.errors import NotAllowed, TendError
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.signed_links import CALENDAR_PATH, PROMISE_PATH
from bot.slack.members import MEMBER, fetch_member
from storage.db.engine import reading
from storage.workspaces import members

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/calendar; charset=utf-8"
TITLES = {
    EventKind.REVIEW: "Review with {}",
    EventKind.BOUNDARY: "Look at the boundary with {}",
    EventKind.SPEAK: "Speak with {}",
}
HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",  # the address has a secret in it
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
REFRESH_INTERVAL = timedelta(hours=6)
"""How often a program may look again."""
NOT_FOUND_TEXT = "There is no calendar at this address. `/tend calendar` in Slack makes a new one."
FindCalendar = Callable[[str], Calendar | None]


def calendar_routes(services: Services) -> list[Route]:
    """Without an address for people outside, no calendar was ever made, and every one is unknown."""
    desk = _Handlers(services)

    async def feed(request: Request) -> Response:
        return await run_in_threadpool(desk.answer, request, desk.days, "tend")

    async def step(request: Request) -> Response:
        return await run_in_threadpool(desk.answer, request, desk.step, "promise")

    return [
        Route(f"{CALENDAR_PATH}/{{token}}.ics", feed, methods=["GET"]),
        Route(f"{PROMISE_PATH}/{{token}}.ics", step, methods=["GET"]),
    ]


class _Handlers:
    def __init__(self, services: Services) -> None:
        self._services, self._links = services, services.links()

    def answer(self, request: Request, find: FindCalendar, name: str) -> Response:
        """The calendar, or that it is as it was, or that there is none."""
        try:
            with self._services.in_flight.track() as begun:
                found = find(str(request.path_params["token"])) if begun and self._links else None
        except (DBAPIError, PoolTimeout) as error:
            log.error("a calendar could not be looked up", exc_info=error)
            return _plain("Not just now: try again in a minute.", 503, {"Retry-After": "60"})
        if not begun:
            return _plain("Not just now: try again in a minute.", 503, {"Retry-After": "60"})
        if found is None:
            return _plain(NOT_FOUND_TEXT, 404)
        text = render_ical(found, urlsplit(self._links.url if self._links else "").hostname or "tend")
        tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        headers = HEADERS | {"ETag": tag, "Content-Disposition": f'inline; filename="{name}.ics"'}
        if _is_unchanged(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(text, headers={**headers, "Content-Type": CONTENT_TYPE})

    def days(self, token: str) -> Calendar | None:
        """A person's calendar, while they are a member."""
        found = calendar.find_feed_owner(self._services.engine, token)
        if found is None or not self._is_member(found):
            return None
        return calendar.build_calendar(self._services.engine, found, self._services.clock())

    def step(self, token: str) -> Calendar | None:
        ticket = self._links.read_step(token) if self._links else None
        return (
            calendar.build_promise_calendar(self._services.engine, ticket, self._services.clock()) if ticket else None
        )

    def _is_member(self, found: FeedOwner) -> bool:
        """As Slack says; as it last said, where it does not answer."""
        services = self._services
        try:
            client = services.workspaces.client(found.team)
            return fetch_member(services.engine, services.clock, client, found.team, found.user_id).membership == MEMBER
        except NotAllowed:
            return False
        except (SlackApiError, OSError, TendError) as error:
            log.warning("a calendar was asked for, and Slack does not say of whom: %s", safe_repr(error))
        with reading(services.engine) as session:
            known = members.find_member(session, workspace_id=found.team.id, user_id=found.user_id)
            return known is not None and known.standing == MEMBER


def render_ical(found: Calendar, host: str) -> bytes:
    """The calendar as RFC 5545 writes it. Days are whole local ones, and have no zone."""
    made = ICalendar()
    for name, value in (
        ("prodid", "-//Tend//Partners//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("x-wr-calname", "Partners"),
        ("x-published-ttl", "PT6H"),
    ):
        made.add(name, value)
    made.add("refresh-interval", REFRESH_INTERVAL, {"value": "DURATION"})
    for day in found.days:
        made.add_component(_ical_event(found, day, host))
    return bytes(made.to_ical())


def _ical_event(found: Calendar, day: CalendarDay, host: str) -> Event:
    event = Event()
    event.add("uid", f"{day.kind}-{day.id}.{found.workspace_id}@{host}")
    event.add("dtstamp", found.since.astimezone(UTC))
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", _event_title(day))
    event.add("transp", "TRANSPARENT")  # nobody is busy all day
    return event


def _event_title(day: CalendarDay) -> str:
    if day.kind == EventKind.PROMISE:
        return f"{' '.join(day.promised.split())} ({day.partner})"
    return TITLES[day.kind].format(day.partner)


def _is_unchanged(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in header.split(",")}


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, {**HEADERS, "Cache-Control": "no-store", **(headers or {})})
