"""A working day of four people's calendars: two workers are killed again and again, and the server is in trouble.

Calendars change meanwhile: meetings are moved, cancelled and put back. What is there in the end must be what the
calendars show then, whatever happened on the way. Time passes only while nobody is in the middle of anything.
"""

import hashlib
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Lock

from cryptography.fernet import Fernet
from sqlmodel import Session, select

from bot.actions.activity.undo import undo_activity
from bot.actions.meeting_briefs import BRIEF_BEFORE
from bot.actions.workspace.meetings import LEASE, connect_calendar
from bot.fake_slack import FakeSlack
from bot.slack.token_store import TokenCipher
from storage.contacts import persons
from storage.db.engine import writing
from storage.tables import Activity, CalendarSource
from tests.calendars.feeds import ME, calendar, event
from tests.calendars.servers import NAME, Roads, reply
from tests.notifications.office import open_office
from tests.reliability.calendar_worker import work
from tests.reliability.crew import Crew
from tests.reliability.killing import posted_in, problems_of, token_of

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
STEP = timedelta(minutes=20)
STEPS = 28
CHANGES, TROUBLES, KILLS = range(1, 17), range(18), range(22)
"""In which steps calendars change, their server is in trouble, and workers are killed: all is read well in the end."""
USERS = ("U1", "U2", "U3", "U4")
FIRMS = ("Acme", "Beta", "Gamma", "Delta")
DAYS = tuple(date(2026, 11, day) for day in range(17, 23))
TODAY = BEGIN.date()
UNDONE = ("Acme", DAYS[0])
TYPED = ("Delta", TODAY)
LONGEST_RUN_SECONDS = 120
SLOWEST = 0.06
WELL = 3
STAMP = "%Y%m%dT%H%M%SZ"
OLD = event("old", "20261101T090000Z", "20261101T100000Z", people=("jo@acme.example",))
"""Calendars go back to it, so that what is gone since is known to be gone."""


@dataclass(frozen=True)
class Held:
    """A meeting with a partner."""

    firm: str
    start: datetime
    minutes: int = 45

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


def at(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


@dataclass
class Feed:
    """A person's calendar at its server: an error, or cut off, now and then, but three times well in between."""

    random: Random
    meetings: dict[str, Held] = field(default_factory=dict)
    is_troubled: bool = True
    well: int = WELL
    troubles: int = 0
    unchanged: int = 0
    lock: Lock = field(default_factory=Lock)

    def body(self) -> bytes:
        """All meetings, as a file."""
        shown = [
            event(
                uid, f"{held.start:%Y%m%dT%H%M%SZ}", f"{held.end:%Y%m%dT%H%M%SZ}", people=(f"jo@{held.firm}.example",)
            )
            for uid, held in self.meetings.items()
        ]
        return calendar(OLD, *shown)

    def answer(self, client: socket.socket, request: bytes) -> None:
        with self.lock:
            raw, pause = self.body(), self.random.random() * SLOWEST
            kind = self.random.choice(("500", "cut", "")) if self.is_troubled and self.well >= WELL else ""
            self.well = 0 if kind else self.well + 1
            self.troubles += bool(kind)
        tag = f'"{hashlib.sha256(raw).hexdigest()[:12]}"'
        is_known = f"If-None-Match: {tag}".encode() in request
        self.unchanged += is_known and not kind
        time.sleep(pause)
        if kind == "500":
            reply(status="500 Oops")(client, request)
        elif kind == "cut":
            reply(raw[: len(raw) // 2], Content_Length=str(len(raw)), ETag=tag)(client, request)
        elif is_known:
            reply(status="304 Not Modified", ETag=tag)(client, request)
        else:
            reply(raw, ETag=tag)(client, request)


@dataclass(frozen=True)
class Figures:
    """What runs came to. `reading`: kills while a calendar was claimed; `briefing`: while a brief was."""

    runs: int = 0
    kills: int = 0
    reading: int = 0
    briefing: int = 0
    requests: int = 0
    unchanged: int = 0
    troubles: int = 0
    changes: int = 0
    touches: int = 0
    withdrawn: int = 0
    briefs: int = 0
    taken_over: int = 0
    problems: tuple[str, ...] = ()

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def killed_day(slack: FakeSlack, roads: Roads, url: str, seed: int, log: Path) -> Figures:
    """Let one day pass on an empty database. What it came to."""
    day = Day(slack, roads, url, Random(seed), log)
    try:
        day.go()
    finally:
        day.crew.close()
    try:
        return day.judged(seed)
    finally:
        day.office.close()


class Day:
    """The office, its people's calendars, and who kills its workers."""

    def __init__(self, slack: FakeSlack, roads: Roads, url: str, random: Random, log: Path) -> None:
        self.random, self.roads = random, roads
        self.reading = self.briefing = self.changes = 0
        self.feeds = {user: Feed(Random(random.random())) for user in USERS}
        roads.server.requests.clear()
        roads.server.paths = {f"/{user}.ics": feed.answer for user, feed in self.feeds.items()}
        self.crew = Crew(work, self._steps, LONGEST_RUN_SECONDS)
        self.office = open_office(slack, url)
        self.office.clock.now = BEGIN
        self._furnish()
        self.crew.shared.go_to(BEGIN)
        slack.world.clock = self.crew.shared.clock
        slack.world.faults.add("chat.postMessage", "latency", None, True, seconds=SLOWEST)
        self.crew.start(url, slack.api_url, roads.server.port, str(roads.authority), self.key, str(log))

    def _furnish(self) -> None:
        self.key = Fernet.generate_key().decode()
        self.firms = {firm: self.office.partner(firm) for firm in FIRMS}
        with writing(self.office.engine) as session:
            for firm, partner_id in self.firms.items():
                persons.add(
                    session, workspace_id=self.office.team.id, partner_id=partner_id, name="Jo",
                    address=f"jo@{firm}.example", by="U1", now=BEGIN,
                )  # fmt: skip
        for user in USERS:
            self.office.slack.world.add_person(user, f"user {user}")
            own = ME if user == USERS[0] else ""
            seal = TokenCipher(self.key).encrypt
            address = f"https://{NAME}/{user}.ics"
            connect_calendar(self.office.engine, self.office.caller(user), address, own, seal, sends_briefs=True)
            self._fill(user)

    def _fill(self, user: str) -> None:
        """Meetings of last week, of which another may move some, and those of today and tomorrow."""
        meetings, number = self.feeds[user].meetings, USERS.index(user)
        for place, day in enumerate(DAYS):
            for firm in {FIRMS[number], FIRMS[(number + place) % 4]}:
                meetings[f"past-{firm}-{day}"] = Held(firm, at(day, 10 + number))
        meetings["first"] = Held(FIRMS[number], at(TODAY, 11.5 + number))
        meetings["moved"] = Held(FIRMS[number - 1], at(TODAY, 14))
        meetings["cancelled"] = Held(FIRMS[number - 2], at(TODAY, 16))
        meetings["tomorrow"] = Held(FIRMS[number], at(TODAY + timedelta(1), 10))

    # -- a day

    def go(self) -> None:
        """Let it pass, a third of an hour at a time."""
        is_calm = True
        for step in range(STEPS):
            self._begin_step(step)
            # A brief has three steps, of which every other one at least is left alone: so each can be there in time.
            is_calm = step not in KILLS or not is_calm or self.random.random() < 0.1
            if not is_calm:
                counted, most = (self._calls, 6) if self._is_brief_due() else (self._steps, 10)
                self.crew.wait_for(counted, self.random.randint(1, most))
                time.sleep(self.random.random() * 0.03)
                self.crew.kill(self.random.choice(([0], [1], [0, 1])), self._look_what_it_hit)
            self.crew.wait_for_rest()

    def _begin_step(self, step: int) -> None:
        shared = self.crew.shared
        shared.hold_all(self.crew.is_over)
        if step in CHANGES:
            self._change()
        if step == CHANGES[1]:
            for user in USERS:
                self._replace(user, "moved", Held(self.feeds[user].meetings["moved"].firm, at(TODAY, 15)))
                self._replace(user, "cancelled", None)
        self.office.clock.now = now = BEGIN + step * STEP
        if step == CHANGES[-1]:
            self._undo(*UNDONE)
            self.office.touch(TYPED[0], now)
        for feed in self.feeds.values():
            feed.is_troubled = step in TROUBLES
        shared.go_to(now)
        shared.hold.value = False

    def _change(self) -> None:
        """Move a meeting of last week to another day, take it out, or put one in."""
        user = self.random.choice(USERS)
        feed = self.feeds[user]
        uid = self.random.choice([key for key in feed.meetings if key.startswith("past")])
        if (feed.meetings[uid].firm, feed.meetings[uid].start.date()) == UNDONE:
            return
        day = at(self.random.choice(DAYS[1:]), self.random.randint(8, 18))
        kind = self.random.choice(("move", "take out", "put in"))
        if kind == "put in":
            uid = f"past-{feed.random.random()}"
        self._replace(user, uid, None if kind == "take out" else Held(self.random.choice(FIRMS), day))

    def _replace(self, user: str, uid: str, held: Held | None) -> None:
        feed = self.feeds[user]
        with feed.lock:
            feed.meetings = {key: each for key, each in feed.meetings.items() if key != uid}
            if held is not None:
                feed.meetings[uid] = held
        self.changes += 1

    def _undo(self, firm: str, day: date) -> None:
        (row,) = [row for row in self._touches() if (row.partner_id, row.occurred_on) == (self.firms[firm], day)]
        undo_activity(self.office.engine, self.office.caller(), row.id or 0)

    def _steps(self) -> int:
        world = self.office.slack.world
        return len(world.calls) + len(world.journal) + len(self.roads.server.requests)

    def _calls(self) -> int:
        return len(self.office.slack.world.calls)

    def _is_brief_due(self) -> bool:
        now = self.office.clock.now
        return any(BRIEF_BEFORE - STEP < held.start - now <= BRIEF_BEFORE for _, held in self._meetings())

    def _look_what_it_hit(self) -> None:
        # Of the other worker's too, where only one was killed: as a measure of where kills fall it will do.
        now = self.crew.shared.clock()
        with Session(self.office.engine) as session:
            due = session.exec(select(CalendarSource.due_at)).all()
        self.reading += sum(now < each <= now + LEASE for each in due)
        self.briefing += sum(row.state == "claimed" for row in self.office.all_deliveries())

    # -- what is there in the end

    def _touches(self) -> list[Activity]:
        with Session(self.office.engine) as session:
            return list(session.exec(select(Activity)))

    def judged(self, seed: int) -> Figures:
        """Compare what is there with what the calendars show in the end."""
        posted, briefs, rows = posted_in(self.office), self.office.all_deliveries(), self._touches()
        problems = [*self._of_touches(rows), *self._of_briefs()]
        problems += [problem for row in briefs for problem in problems_of(row, posted)]
        if sorted(token_of(message) for message in posted) != sorted(row.token for row in briefs):
            problems.append(f"{len(posted)} messages for {len(briefs)} briefs")
        if self.crew.is_over():
            problems.append("the day took too long")
        return Figures(
            runs=1,
            kills=self.crew.kills,
            reading=self.reading,
            briefing=self.briefing,
            requests=len(self.roads.server.requests),
            unchanged=sum(feed.unchanged for feed in self.feeds.values()),
            troubles=sum(feed.troubles for feed in self.feeds.values()),
            changes=self.changes,
            touches=sum(row.voided_at is None for row in rows),
            withdrawn=sum(row.voided_by == "withdrawn" for row in rows),
            briefs=len(briefs),
            taken_over=sum(row.attempts > 1 for row in briefs),
            problems=tuple(f"seed {seed}: {problem}" for problem in problems),
        )

    def _meetings(self) -> list[tuple[str, Held]]:
        return [(user, held) for user, feed in self.feeds.items() for held in feed.meetings.values()]

    def _of_touches(self, rows: list[Activity]) -> list[str]:
        """One touch a partner and day, of meetings that have ended, and none that was undone."""
        end = BEGIN + (STEPS - 1) * STEP
        wanted = {(self.firms[held.firm], held.start.date()) for _, held in self._meetings() if held.end <= end}
        wanted.remove((self.firms[UNDONE[0]], UNDONE[1]))
        standing = [(row.partner_id, row.occurred_on) for row in rows if row.voided_at is None]
        problems = [f"lost: {each}" for each in sorted(wanted - set(standing))]
        problems += [f"not in a calendar: {each}" for each in sorted(set(standing) - wanted)]
        problems += [f"twice: {each}" for each in sorted({each for each in standing if standing.count(each) > 1})]
        why = self._voided_by(rows)
        if why.get((self.firms[UNDONE[0]], UNDONE[1])) != "U1":
            problems.append("what was undone is not")
        if why.get((self.firms[TYPED[0]], TYPED[1])) != "absorbed":
            problems.append("what was typed does not stand for the meeting")
        return problems

    def _voided_by(self, rows: list[Activity]) -> Mapping[tuple[int, date], str | None]:
        return {(row.partner_id, row.occurred_on): row.voided_by for row in rows if row.recorded_by == "calendar"}

    def _of_briefs(self) -> list[str]:
        """One for each instant at which somebody's meetings began."""
        begun = BEGIN, BEGIN + STEPS * STEP
        wanted = {(user, held.start.isoformat()) for user, held in self._meetings() if begun[0] < held.start < begun[1]}
        found = [(row.recipient, row.period) for row in self.office.all_deliveries() if row.kind == "brief"]
        return [] if sorted(found) == sorted(wanted) else [f"briefs {sorted(found)}, not {sorted(wanted)}"]
