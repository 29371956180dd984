"""Move time in the demo: jump from one due time to the next and run the scheduler's tick at each."""

import threading
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.clock import DemoClock
from bot.fake_slack import FakeSlack, FakeSlackError, Message
from bot.fake_slack.demo_hooks import Journey
from bot.notifications.due_times import next_due_at
from bot.notifications.scheduler import tick
from bot.services import Services

MAX_TRAVEL = timedelta(days=120)
UNTIL_NUDGE = "nudge"
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

    def __init__(self, services: Services, slack: FakeSlack, clock: DemoClock) -> None:
        self._services, self._slack, self._clock = services, slack, clock
        self._lock = threading.Lock()
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._journey: Journey | None = None

    def start(self, move: str, user: str) -> None:
        """Start a journey in a thread, or raise FakeSlackError if the move is unknown or one is running."""
        if move not in TRAVEL_LENGTHS:
            raise FakeSlackError(f"There is no move {move!r}; use one of {', '.join(TRAVEL_LENGTHS)}.")
        with self._lock:
            if self._journey is not None and not self._journey.over:
                raise FakeSlackError("Time is already moving.")
            self._halt.clear()
            started = self._clock()
            self._journey = Journey(started + TRAVEL_LENGTHS[move], 0.0, "")
            self._thread = threading.Thread(
                target=partial(self.go, started + TRAVEL_LENGTHS[move], user if move == UNTIL_NUDGE else None),
                name="time",
            )
            self._thread.start()

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
            tick(self._services)
        self._journey = Journey(to, share, self._ending(mark, until_nudge_of), over=True)

    def _next_stop(self, now: datetime) -> datetime:
        zones = {ZoneInfo(person.tz) for person in self._slack.world.people.values()}
        return next_due_at(self._services.workspaces.teams()[0], zones, now)

    def _posted(self, mark: int) -> list[str]:
        """Return the channels of the bot's posts since `mark`."""
        with self._slack.world.lock:
            changes = [change for change in self._slack.world.journal[mark:] if change.kind == "posted"]
        return [change.item.channel for change in changes if isinstance(change.item, Message) and change.item.by_bot]

    def _told(self, user: str, mark: int) -> bool:
        return self._slack.world.open_dm(user).id in self._posted(mark)

    def _news(self, mark: int) -> str:
        places = self._posted(mark)
        nudges = sum(place.startswith("D") for place in places)
        parts = [_count(nudges, "nudge"), _count(len(places) - nudges, "digest")]
        return ", ".join(part for part in parts if part) or "nothing to say yet"

    def _ending(self, mark: int, user: str | None) -> str:
        if user and not self._told(user, mark) and not self._halt.is_set():
            return f"Nothing to nudge you about in {MAX_TRAVEL.days} days"
        return self._news(mark).replace("nothing to say yet", "nothing to say")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""
