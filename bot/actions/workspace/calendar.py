"""A person's private calendar, at an address that nobody guesses; and one promise to put into any calendar."""

import hashlib
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
from bot.scores.query import Scored
from bot.scores.record_status import next_review_on
from bot.signed_links import CALENDAR, StepTicket
from bot.workspace.team import Team
from scoring.forecast import Step, next_fall
from scoring.vocabulary import Side, Status
from storage.db.engine import reading, writing
from storage.partners import partners, promises
from storage.workspaces import calendar_feeds, workspaces

NO_ADDRESS = (
    "There can be no calendar yet: whoever runs Tend sets TEND_URL to the https address at which people outside reach "
    "`tend web`, and SLACK_SIGNING_SECRET."
)
AHEAD_DAYS = 90
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class What(StrEnum):
    """What a day in a calendar is about."""

    REVIEW = "review"
    BOUNDARY = "boundary"
    PROMISE = "promise"
    SPEAK = "speak"


@dataclass(frozen=True, slots=True)
class Dated:
    """A whole local day in a calendar: `id` is the partner's, or the promise's.

    It judges nobody, since calendars are shared.
    """

    what: What
    id: int
    on: date
    partner: str
    promised: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A person's days as of `day`, which begins at `since`."""

    workspace_id: int
    since: datetime
    days: Sequence[Dated]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom an address belongs to."""

    team: Team
    user_id: str


@dataclass(frozen=True, slots=True)
class Address:
    """A person's calendar: its address where it was made just now, since when it has one, or None where there is none.

    It is shown once and kept nowhere.
    """

    link: str | None
    since: date | None


def find(engine: Engine, caller: Caller) -> Address:
    """A person's calendar as it is, with an address if they have none yet.

    Raises:
        NotAllowed: this Tend has no address that calendars could reach.
    """
    with reading(engine) as session:
        feed = calendar_feeds.get(session, workspace_id=caller.team.id, user_id=caller.user_id)
    return Address(None, caller.team.today(feed.made_at)) if feed else move(engine, caller)


def move(engine: Engine, caller: Caller) -> Address:
    """Make an address; the one before is of no use any more.

    Raises:
        NotAllowed: as `find`.
    """
    links = caller.links()
    if links is None:
        raise NotAllowed(NO_ADDRESS)
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        calendar_feeds.move(
            session,
            workspace_id=caller.team.id,
            user_id=caller.user_id,
            token_hash=_hash(token),
            now=caller.now,
        )
    return Address(f"{links.url}{CALENDAR}/{token}.ics", caller.today)


def switch_off(engine: Engine, caller: Caller) -> bool:
    """Take a person's calendar away; False where there was none."""
    with writing(engine) as session:
        return calendar_feeds.remove(session, workspace_id=caller.team.id, user_id=caller.user_id)


def whose(engine: Engine, token: str) -> Whose | None:
    """Whom an address belongs to; None for one that is none of ours, or whose workspace left."""
    if not _TOKEN.fullmatch(token):
        return None
    with reading(engine) as session:
        feed = calendar_feeds.with_token(session, token_hash=_hash(token))
        team = _team(session, feed.workspace_id) if feed else None
        return Whose(team, feed.user_id) if feed and team else None


def days_of(engine: Engine, found: Whose, now: datetime) -> Calendar:
    """What stands in a person's calendar today."""
    team, today = found.team, found.team.today(now)
    with reading(engine) as session:
        statuses = [Status.ACTIVE, Status.PROSPECT]
        scored = query.read(session, team=team, day=today, owner=found.user_id, statuses=statuses)
        steps = outlook.forecast(session, team=team, scored=scored, until=today + timedelta(days=AHEAD_DAYS))
    days = [day for one, its in zip(scored, steps, strict=True) for day in _days(one, its, team)]
    return Calendar(team.id, _begin(team, today), sorted(days, key=lambda day: (day.on, day.what, day.id)))


def step(engine: Engine, ticket: StepTicket, now: datetime) -> Calendar | None:
    """One promise; None where it has no day, was kept or taken back, or is none of ours."""
    with reading(engine) as session:
        team = _team(session, ticket.workspace_id)
        row = promises.get(session, workspace_id=ticket.workspace_id, step_id=ticket.step_id)
        if team is None or row is None or row.due_on is None or row.done_at or row.voided_at:
            return None
        partner = partners.get(session, workspace_id=team.id, partner_id=row.partner_id)
        if partner is None:
            return None
        day = Dated(What.PROMISE, ticket.step_id, row.due_on, partner.name, row.what)
        return Calendar(team.id, _begin(team, team.today(now)), [day])


def _days(one: Scored, steps: Sequence[Step], team: Team) -> Iterator[Dated]:
    id, name = one.partner.id, one.partner.name
    for promise in one.promises:
        if promise.due_on:
            yield Dated(What.PROMISE, promise.id, promise.due_on, name, promise.what)
    if one.partner.status != Status.ACTIVE:
        return
    yield Dated(What.REVIEW, id, next_review_on(one.partner, team), name)
    if one.partner.boundary_review_on:
        yield Dated(What.BOUNDARY, id, one.partner.boundary_review_on, name)
    if fall := next_fall(one.now, steps, Side.OURS):
        yield Dated(What.SPEAK, id, fall.on, name)


def _begin(team: Team, day: date) -> datetime:
    return datetime.combine(day, time.min, team.zone)


def _team(session: Session, workspace_id: int) -> Team | None:
    row = workspaces.find(session, workspace_id=workspace_id)
    return None if row is None or row.uninstalled_at is not None else Team.of(row)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
