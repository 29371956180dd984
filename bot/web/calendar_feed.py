"""Calendar feeds at secret URLs, for calendar programs: a person's own dates, and a single promise."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from icalendar import Calendar as ICalendar
from icalendar import Event, Timezone, TimezoneStandard
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.actions.workspace import calendar
from bot.actions.workspace.calendar import Calendar, CalendarDay, EventKind, FeedOwner
from bot.errors import NotAllowed, TendError
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.signed_links import CALENDAR_PATH, PROMISE_PATH, PromiseTicket, SignedLinks
from bot.slack.client import impatient
from bot.slack.members import FEED_CACHE_AGE, MEMBER, fetch_member
from bot.web.bulkhead import Bulkhead, Busy, Stopping
from storage.db.engine import reading
from storage.workspaces import members

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/calendar; charset=utf-8"
TITLES = {
    EventKind.REVIEW: "Review with {}",
    EventKind.BOUNDARY: "Review the boundary with {}",
    EventKind.SPEAK: "Speak with {}",
}
HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",  # the URL contains a secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
REFRESH_INTERVAL = timedelta(hours=6)
"""How often calendar programs should refresh."""
UNAVAILABLE_TEXT = "Tend is temporarily unavailable. Try again in a minute."
NOT_FOUND_TEXT = "There is no calendar at this address. Type `/tend calendar` in Slack to get a new one."
FoundAddress = tuple[int, Callable[[], Calendar | None]]
"""The workspace of an address, and what builds its calendar."""


def calendar_routes(services: Services) -> list[Route]:
    """Return the feed routes. Without TEND_URL, every calendar is unknown."""
    handlers = _Handlers(services)

    async def feed(request: Request) -> Response:
        return await handlers.answer(request, handlers.find_feed, "tend")

    async def step(request: Request) -> Response:
        return await handlers.answer(request, handlers.find_step, "promise")

    return [
        Route(f"{CALENDAR_PATH}/{{token}}.ics", feed, methods=["GET"]),
        Route(f"{PROMISE_PATH}/{{token}}.ics", step, methods=["GET"]),
    ]


class _Handlers:
    def __init__(self, services: Services) -> None:
        self._services, self._links = services, services.links()
        self._bulkhead = Bulkhead(services)

    async def answer(
        self, request: Request, find: Callable[[SignedLinks, str], FoundAddress | None], name: str
    ) -> Response:
        """Return 200 with the calendar, 304 if unchanged, 404 or 503."""
        try:
            token, links = str(request.path_params["token"]), self._links
            found = await self._bulkhead.look_up(find, links, token) if links else None
            text = await self._bulkhead.run(found[0], self._rendered, found[1]) if found else None
        except (DBAPIError, PoolTimeout) as error:
            log.error("could not load a calendar", exc_info=error)
            return _plain(UNAVAILABLE_TEXT, 503, {"Retry-After": "60"})
        except (Busy, Stopping):
            return _plain(UNAVAILABLE_TEXT, 503, {"Retry-After": "60"})
        if text is None:
            return _plain(NOT_FOUND_TEXT, 404)
        tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        headers = HEADERS | {"ETag": tag, "Content-Disposition": f'inline; filename="{name}.ics"'}
        if _is_unchanged(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(text, headers={**headers, "Content-Type": CONTENT_TYPE})

    def find_feed(self, _links: SignedLinks, token: str) -> FoundAddress | None:
        """Find whose calendar it is."""
        owner = calendar.find_feed_owner(self._services.engine, token)
        return (owner.team.id, partial(self._days, owner)) if owner else None

    def find_step(self, links: SignedLinks, token: str) -> FoundAddress | None:
        """Find the promise of a signed address, without the database."""
        ticket = links.read_step(token, self._services.clock())
        return (ticket.workspace_id, partial(self._step, ticket)) if ticket else None

    def _rendered(self, build: Callable[[], Calendar | None]) -> bytes | None:
        cal = build()
        return render_ical(cal, urlsplit(self._links.url if self._links else "").hostname or "tend") if cal else None

    def _days(self, owner: FeedOwner) -> Calendar | None:
        """Build a person's calendar, if they are still a full member."""
        if not self._is_member(owner):
            return None
        return calendar.build_calendar(self._services.engine, owner, self._services.clock())

    def _step(self, ticket: PromiseTicket) -> Calendar | None:
        return calendar.build_promise_calendar(self._services.engine, ticket, self._services.clock())

    def _is_member(self, owner: FeedOwner) -> bool:
        """Return whether the owner is a full member. If Slack is unreachable, use the last known status."""
        services = self._services
        try:
            client = impatient(services.workspaces.client(owner.team))
            known = fetch_member(services.engine, services.clock, client, owner.team, owner.user_id, FEED_CACHE_AGE)
            return known.membership == MEMBER
        except NotAllowed:
            return False
        except (SlackApiError, OSError, TendError) as error:
            log.warning("could not check the membership of a calendar's owner: %s", safe_repr(error))
        with reading(services.engine) as session:
            row = members.find_member(session, workspace_id=owner.team.id, user_id=owner.user_id)
            return row is not None and row.standing == MEMBER


def render_ical(cal: Calendar, host: str) -> bytes:
    """Render a calendar as iCalendar (RFC 5545). Events are whole days without a time zone."""
    ical = ICalendar()
    for name, value in (
        ("prodid", "-//Tend//Partners//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("x-wr-calname", "Partners"),
        ("x-published-ttl", "PT6H"),
    ):
        ical.add(name, value)
    ical.add("refresh-interval", REFRESH_INTERVAL, {"value": "DURATION"})
    for day in cal.days:
        ical.add_component(_ical_event(cal, day, host))
    if not cal.days:
        ical.add_component(_utc())  # a calendar has at least one component, and programs refuse one that has none
    return bytes(ical.to_ical())


def _utc() -> Timezone:
    """The time zone that whole days need least."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # RFC 5545 wants it without a zone
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone.add_component(standard)
    return zone


def _ical_event(cal: Calendar, day: CalendarDay, host: str) -> Event:
    event = Event()
    event.add("uid", f"{day.kind}-{day.id}.{cal.workspace_id}@{host}")
    event.add("dtstamp", cal.since.astimezone(UTC))
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", _event_title(day))
    event.add("transp", "TRANSPARENT")  # do not block the whole day
    return event


def _event_title(day: CalendarDay) -> str:
    if day.kind == EventKind.PROMISE:
        return f"{' '.join(day.promised.split())} ({day.partner})"
    return TITLES[day.kind].format(day.partner)


def _is_unchanged(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in {value.strip().removeprefix("W/") for value in header.split(",")}


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, {**HEADERS, "Cache-Control": "no-store", **(headers or {})})
