"""A person's private calendar feed at a secret address, and single promises as calendar entries."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import NotAllowed
from bot.scores import outlook, query
from bot.scores.models import ScoredPartner
from bot.scores.record_status import next_review_day
from bot.signed_links import CALENDAR_PATH, PromiseTicket, hash_secret
from bot.workspace.team import Team
from scoring.forecast import ForecastPoint, find_next_fall
from scoring.vocabulary import Side, Status
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import partners, promises
from storage.workspaces import calendar_feeds, workspaces

NO_PUBLIC_URL = (
    "Calendars aren't set up yet. The person who runs Tend needs to set SLACK_SIGNING_SECRET, and TEND_URL to the "
    "public https address of `tend web`."
)
MAX_DAYS_AHEAD = 90
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class EventKind(StrEnum):
    """The kind of a calendar entry."""

    REVIEW = "review"
    BOUNDARY = "boundary"
    PROMISE = "promise"
    SPEAK = "speak"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An all-day calendar entry. `id` is the partner's or the promise's.

    It shows no scores, since calendars are shared.
    """

    kind: EventKind
    id: int
    on: date
    partner: str
    promised: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A person's entries. `since` is the start of today."""

    workspace_id: int
    since: datetime
    days: Sequence[CalendarDay]


@dataclass(frozen=True, slots=True)
class FeedOwner:
    """The person whose calendar it is."""

    team: Team
    user_id: str


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A person's calendar: its address if it is new, and since when it has existed.

    The address is shown once and not stored.
    """

    link: str | None
    since: date | None


def get_feed(engine: Engine, caller: Caller) -> FeedAddress:
    """Load a person's calendar, or create one.

    Raises:
        NotAllowed: this Tend has no public address.
    """
    with reading(engine) as session:
        feed = calendar_feeds.get(session, workspace_id=caller.team.id, user_id=caller.user_id)
    return FeedAddress(None, caller.team.today(feed.made_at)) if feed else renew_feed(engine, caller)


@retried
def renew_feed(engine: Engine, caller: Caller) -> FeedAddress:
    """Create a calendar URL and invalidate the previous one.

    Raises:
        NotAllowed: as `get_feed`.
    """
    links = caller.links()
    if links is None:
        raise NotAllowed(NO_PUBLIC_URL)
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        calendar_feeds.set_address(
            session,
            workspace_id=caller.team.id,
            user_id=caller.user_id,
            token_hash=hash_secret(token),
            now=caller.now,
        )
    return FeedAddress(f"{links.url}{CALENDAR_PATH}/{token}.ics", caller.today)


@retried
def disable_feed(engine: Engine, caller: Caller) -> bool:
    """Remove a person's calendar. Return False if there was none."""
    with writing(engine) as session:
        return calendar_feeds.remove(session, workspace_id=caller.team.id, user_id=caller.user_id)


def find_feed_owner(engine: Engine, token: str) -> FeedOwner | None:
    """Find the owner of an address. None if it is unknown or its workspace uninstalled Tend."""
    if not _TOKEN.fullmatch(token):
        return None
    with reading(engine) as session:
        feed = calendar_feeds.find_by_token(session, token_hash=hash_secret(token))
        team = _load_team(session, feed.workspace_id) if feed else None
        return FeedOwner(team, feed.user_id) if feed and team else None


def build_calendar(engine: Engine, found: FeedOwner, now: datetime) -> Calendar:
    """Build a person's calendar as of today."""
    team, today = found.team, found.team.today(now)
    with reading(engine) as session:
        statuses = [Status.ACTIVE, Status.PROSPECT]
        scored = query.load_scored(session, team=team, day=today, owner=found.user_id, statuses=statuses)
        steps = outlook.forecast_partners(
            session, team=team, scored=scored, until=today + timedelta(days=MAX_DAYS_AHEAD)
        )
    days = [day for one, its in zip(scored, steps, strict=True) for day in _partner_days(one, its, team)]
    return Calendar(team.id, _start_of_day(team, today), sorted(days, key=lambda day: (day.on, day.kind, day.id)))


def build_promise_calendar(engine: Engine, ticket: PromiseTicket, now: datetime) -> Calendar | None:
    """Build the calendar of one promise. None if it has no due day, is no longer open, or is unknown."""
    with reading(engine) as session:
        team = _load_team(session, ticket.workspace_id)
        row = promises.get(session, workspace_id=ticket.workspace_id, step_id=ticket.step_id)
        if team is None or row is None or row.due_on is None or row.done_at or row.voided_at:
            return None
        if ticket.made_at is not None and team.is_stale(ticket.made_at):
            return None  # another promise has the id by now
        partner = partners.get(session, workspace_id=team.id, partner_id=row.partner_id)
        if partner is None:
            return None
        day = CalendarDay(EventKind.PROMISE, ticket.step_id, row.due_on, partner.name, row.what)
        return Calendar(team.id, _start_of_day(team, team.today(now)), [day])


def _partner_days(scored: ScoredPartner, steps: Sequence[ForecastPoint], team: Team) -> Iterator[CalendarDay]:
    id, name = scored.partner.id, scored.partner.name
    for promise in scored.promises:
        if promise.due_on:
            yield CalendarDay(EventKind.PROMISE, promise.id, promise.due_on, name, promise.text)
    if scored.partner.status != Status.ACTIVE:
        return
    yield CalendarDay(EventKind.REVIEW, id, next_review_day(scored.partner, team), name)
    if scored.partner.boundary_review_on:
        yield CalendarDay(EventKind.BOUNDARY, id, scored.partner.boundary_review_on, name)
    if fall := find_next_fall(scored.now, steps, Side.OURS):
        yield CalendarDay(EventKind.SPEAK, id, fall.on, name)


def _start_of_day(team: Team, day: date) -> datetime:
    return datetime.combine(day, time.min, team.zone)


def _load_team(session: Session, workspace_id: int) -> Team | None:
    row = workspaces.find(session, workspace_id=workspace_id)
    return None if row is None or row.uninstalled_at is not None else Team.of(row)
