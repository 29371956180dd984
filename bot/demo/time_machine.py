"""Move time in the demo: jump from one due time to the next and run the scheduler's tick at each."""

import threading
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.agenda import Agenda
from bot.demo.briefs import brief_stamps
from bot.demo.clock import DemoClock
from bot.fake_slack import FakeSlack, FakeSlackError, Message
from bot.fake_slack.demo_hooks import Journey
from bot.notifications.briefs import BriefRound, send_briefs
from bot.notifications.calendars import CalendarRound, read_calendars
from bot.notifications.due_times import next_due_at
from bot.notifications.scheduler import tick
from bot.services import Services

MAX_TRAVEL = timedelta(days=120)
UNTIL_NUDGE = "nudge"
UNTIL_MEETING = "meeting"
"""An hour before one's next meeting. It is offered beside the meeting."""
TRAVEL_LENGTHS = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "fortnight": timedelta(weeks=2),
    UNTIL_NUDGE: MAX_TRAVEL,
    "year": timedelta(days=365),
}


class DemoTimeMachine:
    """Move a demo workspace's time, one journey at a time."""

    moves = (
        ("day", "+1 day"),
        ("week", "+1 week"),
        ("fortnight", "+2 weeks"),
        ("year", "+1 year"),
        (UNTIL_NUDGE, "To my next nudge"),
    )

    def __init__(self, services: Services, slack: FakeSlack, clock: DemoClock, agenda: Agenda) -> None:
        self._services, self._slack, self._clock, self._agenda = services, slack, clock, agenda
        self._lock = threading.Lock()
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._journey: Journey | None = None

    def start(self, move: str, user: str) -> None:
        """Start a journey in a thread, or raise FakeSlackError if the move is unknown or one is running."""
        if move not in TRAVEL_LENGTHS and move != UNTIL_MEETING:
            raise FakeSlackError(f"There is no move {move!r}; use one of {', '.join(TRAVEL_LENGTHS)}.")
        with self._lock:
            if self._journey is not None and not self._journey.over:
                raise FakeSlackError("Time is already moving.")
            to = self._target(move, user)
            self._halt.clear()
            self._journey = Journey(to, 0.0, "")
            self._thread = threading.Thread(
                target=partial(self.go, to, user if move == UNTIL_NUDGE else None), name="time"
            )
            self._thread.start()

    def _target(self, move: str, user: str) -> datetime:
        now = self._clock()
        if move != UNTIL_MEETING:
            return now + TRAVEL_LENGTHS[move]
        brief_at = self._agenda.next_brief(user, now)
        if brief_at is None:
            raise FakeSlackError("No meeting of yours is more than an hour ahead.")
        return brief_at

    def stop(self) -> None:
        """Stop the journey and wait until it has ended."""
        self._halt.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(30)

    def journey(self) -> Journey | None:
        """Return the current or last journey."""
        return self._journey

    def go(self, to: datetime, until_nudge_of: str | None = None) -> None:
        """Move to `to`, or to the user's next message from Tend. Tick at each stop, including the last."""
        started, mark = self._clock(), len(self._slack.world.journal)
        share = 0.0
        while not self._halt.is_set():
            now = self._clock()
            share = min(1.0, (now - started) / (to - started)) if to > started else 1.0
            if now >= to or (until_nudge_of and self._told(until_nudge_of, mark)):
                break
            self._journey = Journey(to, share, self._news(mark))
            self._clock.move_to(min(to, self._next_stop(now)))
            self._run_due(now)
        self._journey = Journey(to, share, self._ending(mark, until_nudge_of), over=True)

    def _run_due(self, since: datetime) -> None:
        """Do what the worker's scheduler does, but read calendars only where there is something new."""
        if self._agenda.has_news(since, self._clock()):
            read_calendars(CalendarRound(self._services, self._services.network))
        send_briefs(BriefRound(self._services))
        tick(self._services)

    def _next_stop(self, now: datetime) -> datetime:
        zones = {ZoneInfo(person.tz) for person in self._slack.world.people.values()}
        due_at, stop = next_due_at(self._services.workspaces.teams()[0], zones, now), self._agenda.next_stop(now)
        return min(due_at, stop) if stop else due_at

    def _posted(self, mark: int) -> dict[str, list[str]]:
        """Return the channels of the bot's posts since `mark`: nudges, briefs and digests."""
        with self._slack.world.lock:
            changes = [change.item for change in self._slack.world.journal[mark:] if change.kind == "posted"]
        found: dict[str, list[str]] = {"nudge": [], "brief": [], "digest": []}
        briefs = brief_stamps(self._services)
        for item in changes:
            if isinstance(item, Message) and item.by_bot:
                own = "brief" if item.ts in briefs else "nudge"
                found[own if item.channel.startswith("D") else "digest"].append(item.channel)
        return found

    def _told(self, user: str, mark: int) -> bool:
        return self._slack.world.open_dm(user).id in self._posted(mark)["nudge"]

    def _news(self, mark: int) -> str:
        parts = [_count(len(places), what) for what, places in self._posted(mark).items()]
        return ", ".join(part for part in parts if part) or "nothing to say yet"

    def _ending(self, mark: int, user: str | None) -> str:
        if user and not self._told(user, mark) and not self._halt.is_set():
            return f"Nothing to nudge you about in {MAX_TRAVEL.days} days"
        return self._news(mark).replace("nothing to say yet", "nothing to say")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""
