"""Moving time in the demo: the clock hops from one instant at which something may be due to the next, and the bot's own
clockwork ticks at each."""

import threading
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.clock import DemoClock
from bot.fake_slack import FakeSlack, FakeSlackError, Message
from bot.fake_slack.demo_hooks import Journey
from bot.notifications.schedule import next_due_at
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
    """A time machine for one house and its stand-in; one journey at a time."""

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
        """Set out in a thread of its own.

        Raises:
            StandInError: there is no such move, or time is moving already.
        """
        if move not in TRAVEL_LENGTHS:
            raise FakeSlackError(f"There is no move {move!r}; there are {', '.join(TRAVEL_LENGTHS)}.")
        with self._lock:
            if self._journey is not None and not self._journey.over:
                raise FakeSlackError("Time is moving already.")
            self._halt.clear()
            begun = self._clock()
            self._journey = Journey(begun + TRAVEL_LENGTHS[move], 0.0, "")
            self._thread = threading.Thread(
                target=partial(self.go, begun + TRAVEL_LENGTHS[move], user if move == UNTIL_NUDGE else None),
                name="time",
            )
            self._thread.start()

    def stop(self) -> None:
        """Stay where the clock is; returns when nothing moves any more."""
        self._halt.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(30)

    def journey(self) -> Journey | None:
        """The journey under way, or the last one."""
        return self._journey

    def go(self, to: datetime, until_nudge_of: str | None = None) -> None:
        """Hop to `to`, or (with a user) to the next message that Tend sends them. Ticks on arrival, too."""
        begun, mark = self._clock(), len(self._slack.world.journal)
        share = 0.0
        while not self._halt.is_set():
            now = self._clock()
            share = min(1.0, (now - begun) / (to - begun)) if to > begun else 1.0
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
        """The places of what the bot posted since."""
        with self._slack.world.lock:
            news = [change for change in self._slack.world.journal[mark:] if change.kind == "posted"]
        return [change.item.channel for change in news if isinstance(change.item, Message) and change.item.by_bot]

    def _told(self, user: str, mark: int) -> bool:
        return self._slack.world.open_dm(user).id in self._posted(mark)

    def _news(self, mark: int) -> str:
        places = self._posted(mark)
        nudges = sum(place.startswith("D") for place in places)
        told = [_count(nudges, "nudge"), _count(len(places) - nudges, "digest")]
        return ", ".join(one for one in told if one) or "nothing to say yet"

    def _ending(self, mark: int, user: str | None) -> str:
        if user and not self._told(user, mark) and not self._halt.is_set():
            return f"Nothing to nudge you about in {MAX_TRAVEL.days} days"
        return self._news(mark).replace("nothing to say yet", "nothing to say")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""
