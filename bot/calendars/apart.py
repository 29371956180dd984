"""Read a calendar in a process of its own, which is ended when it takes too long.

A rule that repeats until the year 9999 without ever happening can't be told from others without trying, and a thread
can't be stopped. So a hostile calendar costs its reader some seconds, and nothing else. Nothing touches the disk.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendars.events import CalendarFacts, Meeting, NotACalendar, Window, read_calendar
from bot.calendars.fetch import CalendarError, Problem

TIMEOUT_SECONDS = 30.0
_NO_CALENDAR = 3


def read_apart(
    raw: bytes, window: Window, own: Sequence[str] = (), *, timeout: float = TIMEOUT_SECONDS
) -> CalendarFacts:
    """Read a calendar as `read_calendar` does.

    Raises:
        CalendarError: it is no calendar, or takes too long.
    """
    asked = [window.since.isoformat(), window.until.isoformat(), window.zone.key, list(own)]
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "PYTHONTZPATH") if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot.calendars.apart"],
            input=json.dumps(asked).encode() + b"\n" + raw,
            capture_output=True,
            timeout=timeout,
            check=False,
            env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        raise CalendarError(Problem.TOO_COMPLEX) from None
    if done.returncode != 0:
        raise CalendarError(Problem.NO_CALENDAR if done.returncode == _NO_CALENDAR else Problem.TOO_COMPLEX)
    return _loaded(json.loads(done.stdout))


def _loaded(found: dict[str, Any]) -> CalendarFacts:
    meetings = tuple(
        Meeting(
            one["key"],
            datetime.fromisoformat(one["starts_at"]),
            datetime.fromisoformat(one["ends_at"]),
            date.fromisoformat(one["day"]) if one["day"] else None,
            tuple(one["people"]),
        )
        for one in found["meetings"]
    )
    first_on = date.fromisoformat(found["first_on"]) if found["first_on"] else None
    return CalendarFacts(meetings, first_on, found["is_whole"])


def _main() -> int:
    """Read a request and a calendar from standard input, and write what was found."""
    if hasattr(os, "nice"):
        os.nice(10)
    asked, _, raw = sys.stdin.buffer.read().partition(b"\n")
    since, until, zone, own = json.loads(asked)
    window = Window(datetime.fromisoformat(since), datetime.fromisoformat(until), ZoneInfo(zone))
    try:
        found = read_calendar(raw, window, own)
    except NotACalendar:
        return _NO_CALENDAR
    json.dump(asdict(found), sys.stdout, default=lambda value: value.isoformat())
    return 0


if __name__ == "__main__":
    sys.exit(_main())
