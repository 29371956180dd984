"""Calendars as contact: where people's own calendars are, and what their meetings record.

Of a meeting only the day, the side and the persons are kept, and unknown addresses at a partner's own domain, which are
offered as persons there: never a word, nor any other address.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.automatic_contact import Source, matched_partners, note_unknown, put_automatic_contact
from bot.actions.caller import Caller
from bot.calendars.events import CalendarFacts, Meeting, Window
from bot.calendars.fetch import CalendarError, Problem, clean_address
from bot.errors import FieldError, NotAllowed
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.contacts import calendars
from storage.contacts.addresses import AddressMatch, address_key, find_by_addresses
from storage.db.engine import needs_locks, reading, writing
from storage.db.locks import lock_partners
from storage.db.retry import retried
from storage.ledger import withdrawals
from storage.tables import CalendarMeeting, CalendarSource
from storage.workspaces import members, workspaces

NO_KEY = (
    "This Tend can't keep the address of a calendar yet. Whoever runs it sets TEND_TOKEN_KEY, which encrypts it "
    "(`tend key` makes one); then try again."
)
NO_ADDRESS = "This should be the secret address of your calendar in iCal format, which begins with https://"
NO_OWN_ADDRESS = "This should be your mail address, as your calendar has it, such as ana@example.com"
INTERVAL = timedelta(hours=1)
LEASE = timedelta(minutes=10)
FULL_INTERVAL = timedelta(hours=12)
"""How long an unchanged calendar is taken as unchanged, though partners' people may have changed."""
BACK = timedelta(days=7)
AHEAD = timedelta(days=2)
FORGET_AFTER = timedelta(days=30)
LONGEST_INTERVAL = timedelta(hours=24)
FAILURES_TO_TELL = 3
"""A server may be away for an hour or two before anybody is told."""
_LASTING = frozenset(
    {Problem.ADDRESS, Problem.PRIVATE, Problem.CERTIFICATE, Problem.GONE, Problem.NO_CALENDAR, Problem.KEY}
)
_MAIL_ADDRESS = re.compile(r"[^\s/@?&=]+@[^\s/@?&=]+\.[^\s/@?&=]+")


@dataclass(frozen=True, slots=True)
class CountedCalendar:
    """Whether a person's meetings count: since when, when they were last read, and what is wrong, if it is for long.

    `sends_briefs` if the person gets a brief before a meeting.
    """

    since: date
    read_at: datetime | None
    problem: Problem | None
    sends_briefs: bool = False


@dataclass(frozen=True, slots=True)
class DueCalendar:
    """A calendar that this process may read until `leased`. `sealed` is its address, encrypted.

    `offers_people` if its person was told that unknown people at partners are offered.
    """

    id: int
    team: Team
    user_id: str
    sealed: str
    leased: datetime
    etag: str | None
    failures: int
    window: Window
    offers_people: bool


def describe_calendar(engine: Engine, caller: Caller) -> CountedCalendar | None:
    """Load whether a person's meetings count."""
    with reading(engine) as session:
        row = calendars.get_source(session, workspace_id=caller.team.id, user_id=caller.user_id)
    if row is None:
        return None
    return CountedCalendar(caller.team.today(row.added_at), row.read_at, _lasting_problem(row), row.sends_briefs)


def _lasting_problem(row: CalendarSource) -> Problem | None:
    if row.problem is None or row.problem not in list(Problem):
        return None
    problem = Problem(row.problem)
    return problem if problem in _LASTING or row.failures >= FAILURES_TO_TELL else None


@retried
def connect_calendar(
    engine: Engine,
    caller: Caller,
    address: str,
    own: str,
    seal: Callable[[str], str] | None,
    *,
    sends_briefs: bool,
    loopback: bool = False,
) -> CountedCalendar:
    """Count a person's meetings from now on. `own` is their address there, to tell what they declined.

    `loopback`: it may be on this machine.

    Raises:
        NotAllowed: this Tend has no key.
        FieldError: it is no such address.
    """
    if seal is None:
        raise NotAllowed(NO_KEY)
    try:
        url = clean_address(address, loopback=loopback)
    except CalendarError:
        raise FieldError("address", NO_ADDRESS) from None
    if own and address_key(own) is None:
        raise FieldError("own", NO_OWN_ADDRESS)
    known = {key for text in (own, *_MAIL_ADDRESS.findall(unquote(url))) if (key := address_key(text))}
    with writing(engine) as session:
        caller.claim_request_key(session)
        calendars.set_source(
            session,
            workspace_id=caller.team.id,
            user_id=caller.user_id,
            sealed=seal(json.dumps([url, sorted(known)])),
            sends_briefs=sends_briefs,
            now=caller.now,
        )
    return CountedCalendar(caller.today, None, None, sends_briefs)


def unsealed(text: str) -> tuple[str, list[str]]:
    """Return the address of a calendar and those of its owner from what was encrypted."""
    url, own = json.loads(text)
    return url, own


@retried
def disconnect_calendar(engine: Engine, caller: Caller) -> bool:
    """Stop counting a person's meetings, and forget where their calendar is. Return False if it was not known."""
    with writing(engine) as session:
        return calendars.remove_source(session, workspace_id=caller.team.id, user_id=caller.user_id)


# -- reading, in the worker


@retried
def list_due(engine: Engine, now: datetime, limit: int) -> Sequence[CalendarSource]:
    """Return the calendars that are to be read, and forget those of workspaces that uninstalled Tend."""
    with writing(engine) as session:
        calendars.remove_uninstalled(session)
    with reading(engine) as session:
        return calendars.list_due(session, now=now, limit=limit)


@retried
def claim_calendar(engine: Engine, row: CalendarSource, now: datetime) -> DueCalendar | None:
    """Claim a calendar that is due. None if another process has it, or its person left."""
    assert row.id is not None  # stored
    with writing(engine) as session:
        workspace = workspaces.get(session, workspace_id=row.workspace_id)
        until = now + LEASE
        if not calendars.lease(session, workspace_id=row.workspace_id, source_id=row.id, was=row.due_at, until=until):
            return None
        team = Team.of(workspace)
        member = members.find_member(session, workspace_id=team.id, user_id=row.user_id)
        if member is not None and member.standing != "member":
            calendars.remove_source(session, workspace_id=team.id, user_id=row.user_id)
            return None
        has_ended = calendars.has_uncounted(session, workspace_id=team.id, user_id=row.user_id, now=now)
        is_recent = row.full_at is not None and now - row.full_at < FULL_INTERVAL
        window = Window(now - BACK, now + AHEAD, team.own_zone(member.timezone if member else None))
        etag = row.etag if is_recent and not has_ended else None
        return DueCalendar(row.id, team, row.user_id, row.sealed, until, etag, row.failures, window, row.offers_people)


@retried
def note_failure(engine: Engine, due: DueCalendar, problem: Problem, now: datetime) -> None:
    """Note that a calendar could not be read. It is tried again, later each time."""
    failures = due.failures + 1
    with writing(engine) as session:
        calendars.finish(
            session,
            workspace_id=due.team.id,
            source_id=due.id,
            leased=due.leased,
            due_at=now + min(INTERVAL * 2 ** min(failures - 1, 10), LONGEST_INTERVAL),
            failures=failures,
            problem=problem.value,
        )


@retried
def note_unchanged(engine: Engine, due: DueCalendar, now: datetime) -> None:
    """Note that a calendar is as it was."""
    with writing(engine) as session:
        _finish(session, due, now)


@retried
def take_calendar(engine: Engine, due: DueCalendar, facts: CalendarFacts, etag: str | None, now: datetime) -> int:
    """Record the contact that a calendar shows, and take back what it no longer shows. Return how many are news."""
    with writing(engine) as session:
        if not _finish(session, due, now, etag=etag, full_at=now):
            return 0
        if needs_locks(session):
            _lock_partners(session, due, facts)
        known = _known_people(session, due, facts)
        found = _with_partners(known, facts.meetings)
        before = calendars.list_meetings(session, workspace_id=due.team.id, user_id=due.user_id)
        _take_back(session, due, before, found, facts, now)
        kept = {(row.key, row.partner_id): row for row in before}
        for (key, partner_id), (meeting, _) in found.items():
            _keep(session, due, key, partner_id, meeting, kept.get((key, partner_id)))
        session.flush()
        return sum(_count(session, due, key, found, known, now) for key in found)


def _finish(session: Session, due: DueCalendar, now: datetime, **fields: object) -> bool:
    return calendars.finish(
        session,
        workspace_id=due.team.id,
        source_id=due.id,
        leased=due.leased,
        due_at=now + INTERVAL,
        read_at=now,
        failures=0,
        problem=None,
        **fields,
    )


Found = dict[tuple[str, int], tuple[Meeting, list[int]]]


def _lock_partners(session: Session, due: DueCalendar, facts: CalendarFacts) -> None:
    """Lock the partners of the meetings that are known and those found, before anything of them changes."""
    found = _with_partners(_known_people(session, due, facts), facts.meetings)
    before = calendars.list_meetings(session, workspace_id=due.team.id, user_id=due.user_id)
    partner_ids = {row.partner_id for row in before} | {partner_id for _, partner_id in found}
    lock_partners(session, workspace_id=due.team.id, partner_ids=partner_ids)
    session.expire_all()  # one may have been merged while it waited


def _known_people(session: Session, due: DueCalendar, facts: CalendarFacts) -> dict[str, AddressMatch]:
    people = {address for meeting in facts.meetings for address in meeting.people}
    return find_by_addresses(session, workspace_id=due.team.id, addresses=people)


def _with_partners(known: Mapping[str, AddressMatch], meetings: Iterable[Meeting]) -> Found:
    """Return the meetings with partners by key and partner, each with the persons that are known."""
    return {
        (meeting.key, partner_id): (meeting, person_ids)
        for meeting in meetings
        for partner_id, person_ids in matched_partners(known, meeting.people).items()
    }


def _day(team: Team, meeting: Meeting) -> date:
    return meeting.day or team.today(meeting.starts_at)


def _take_back(
    session: Session,
    due: DueCalendar,
    before: Sequence[CalendarMeeting],
    found: Found,
    facts: CalendarFacts,
    now: datetime,
) -> None:
    """Forget meetings that are no longer in the calendar or on another day, and withdraw their touches.

    Not those that the calendar no longer goes back to, nor any if it was more than is read.
    """
    gone, withdrawn, seen = [], [], set()
    for row in before:
        same = found.get((row.key, row.partner_id))
        is_twin = (row.key, row.partner_id) in seen  # two partners of one meeting were merged
        seen.add((row.key, row.partner_id))
        is_current = same is not None and _day(due.team, same[0]) == row.occurred_on and not is_twin
        is_covered = (
            facts.is_whole
            and row.starts_at >= due.window.since
            and facts.first_on is not None
            and facts.first_on <= row.occurred_on
        )
        if row.id is None or is_current:
            continue
        if same is not None or is_covered:
            gone.append(row.id)
            if row.counted_at is not None:
                withdrawn.append((row.partner_id, row.occurred_on))
        elif row.ends_at < now - FORGET_AFTER:
            gone.append(row.id)
    calendars.remove_meetings(session, workspace_id=due.team.id, meeting_ids=gone)
    for partner_id, day in withdrawn:
        withdrawals.withdraw_contact(session, workspace_id=due.team.id, partner_id=partner_id, day=day, now=now)


def _keep(
    session: Session, due: DueCalendar, key: str, partner_id: int, meeting: Meeting, row: CalendarMeeting | None
) -> None:
    """Remember a meeting, or its new time on the same day."""
    day = _day(due.team, meeting)
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    if row is None or row.id is None or row.occurred_on != day:
        calendars.add_meeting(
            session,
            workspace_id=due.team.id,
            user_id=due.user_id,
            partner_id=partner_id,
            key=key,
            occurred_on=day,
            **times,
        )
    elif (row.starts_at, row.ends_at) != (meeting.starts_at, meeting.ends_at):
        calendars.change_meeting(session, workspace_id=due.team.id, meeting_id=row.id, **times)


def _count(
    session: Session,
    due: DueCalendar,
    key: tuple[str, int],
    found: Found,
    known: Mapping[str, AddressMatch],
    now: datetime,
) -> bool:
    """Record a meeting that has ended as contact. Return whether it is news."""
    (meeting, person_ids), partner_id = found[key], key[1]
    if meeting.ends_at > now:
        return False
    day = _day(due.team, meeting)
    calendars.mark_counted(
        session, workspace_id=due.team.id, user_id=due.user_id, key=key[0], partner_id=partner_id, now=now
    )
    restored = withdrawals.restore_contact(session, workspace_id=due.team.id, partner_id=partner_id, day=day, now=now)
    is_news = put_automatic_contact(
        session, due.team, partner_id, day, Source.CALENDAR, side=Direction.JOINT, person_ids=person_ids, now=now
    )
    if due.offers_people:
        note_unknown(session, due.team, partner_id, known, meeting.people, day, Source.CALENDAR, now=now)
    return restored or is_news
