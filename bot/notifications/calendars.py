"""Read people's own calendars every hour, in threads of their own, so that no calendar delays a nudge."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from bot.actions.workspace import meetings
from bot.actions.workspace.meetings import DueCalendar
from bot.calendars.apart import read_apart
from bot.calendars.events import CalendarFacts, Window
from bot.calendars.fetch import CalendarError, Problem, fetch
from bot.errors import ConfigurationError
from bot.outbound.connection import Network
from bot.services import Services
from storage.tables import CalendarSource

log = logging.getLogger(__name__)

MAX_READERS = 4
MAX_A_ROUND = 200


@dataclass(frozen=True, slots=True)
class CalendarRound:
    """Reads what is due. `read` turns a calendar's bytes into meetings."""

    services: Services
    network: Network = field(default_factory=Network)
    read: Callable[[bytes, Window, list[str]], CalendarFacts] = read_apart

    def run(self, now: datetime) -> int:
        """Read every calendar that is due. Return how many touches are news."""
        rows = meetings.list_due(self.services.engine, now, MAX_A_ROUND)
        if not rows:
            return 0
        with ThreadPoolExecutor(min(MAX_READERS, len(rows)), thread_name_prefix="calendar") as pool:
            return sum(pool.map(self._look_after, rows))

    def _look_after(self, row: CalendarSource) -> int:
        """Read one calendar. A failure is noted and logged, without where the calendar is."""
        with self.services.in_flight.track() as begun:
            if not begun:
                return 0
            try:
                now = self.services.clock()  # not the round's, which may have begun long ago
                due = meetings.claim_calendar(self.services.engine, row, now)
                return self._read(due, now) if due else 0
            except Exception as error:
                # Its text may be of a stranger's calendar.
                log.error("calendar %s: not read: %s", row.id, type(error).__name__)
                return 0

    def _read(self, due: DueCalendar, now: datetime) -> int:
        engine = self.services.engine
        try:
            url, own = meetings.unsealed(self._unseal(due.sealed))
            fetched = fetch(url, etag=due.etag, network=self.network)
            if fetched.body is None:
                meetings.note_unchanged(engine, due, now)
                return 0
            facts = self.read(fetched.body, due.window, own)
        except CalendarError as error:
            log.warning("calendar %s can't be read: %s", due.id, error.problem)
            meetings.note_failure(engine, due, error.problem, now)
            return 0
        return meetings.take_calendar(engine, due, facts, fetched.etag, now)

    def _unseal(self, sealed: str) -> str:
        cipher = self.services.cipher()
        if cipher is None:
            raise CalendarError(Problem.KEY)
        try:
            return cipher.decrypt(sealed)
        except ConfigurationError:
            raise CalendarError(Problem.KEY) from None


def read_calendars(reader: CalendarRound) -> None:
    """Run a round unless the process is stopping. Errors are logged; the next round tries again."""
    if reader.services.in_flight.is_stopping:
        return
    try:
        news = reader.run(reader.services.clock())
    except Exception:
        log.exception("a round of calendars failed")
        return
    if news:
        log.info("touches from calendars: %s", news)
