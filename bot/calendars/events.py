"""A calendar's bytes → who met whom, and when. Pure; nothing of what a meeting was about is returned.

RFC 5545, as Google, Outlook, Apple and Exchange write it. Only the lines that are needed are parsed at all. Rules that
repeat more often than daily are left out. `bot/calendars/apart.py` bounds what a hostile calendar can still cost.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MAX_EVENTS = 2_000
MAX_PEOPLE = 50
"""A meeting of more people is an audience."""
MAX_LINE = 10_000
MAX_LINES = 1_000
"""The most lines of one event that are read."""
MAX_ZONE_LINES = 20_000
_MARGIN = timedelta(days=2)
_KEPT = frozenset(
    {
        "UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS", "TRANSP",
        "ATTENDEE", "ORGANIZER", "SEQUENCE", "X-MICROSOFT-CDO-BUSYSTATUS",
    }
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9-]+")
_DAY = re.compile(r":(\d{8})(?:T\d{6}Z?)?\s*$")
_UNTIL = re.compile(r"UNTIL=(\d{8})", re.IGNORECASE)
_RULE = re.compile(r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)\b", re.IGNORECASE)
_TOO_OFTEN = re.compile(r"BY(?:HOUR|MINUTE|SECOND)=", re.IGNORECASE)


class NotACalendar(ValueError):
    """It is no calendar, or not all of one."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which meetings are looked for: those that start in `[since, until)`. `zone` is of times that name none."""

    since: datetime
    until: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with others. `key` tells it from others, and stays when it is moved. `day` is set if it takes whole
    days. `people` are the addresses of those who did not decline, without the owner's.
    """

    key: str
    starts_at: datetime
    ends_at: datetime
    day: date | None
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What is taken from a calendar. `first_on` is the earliest day of any event, None if there is none.

    `is_whole`: no event was left out for being too much.
    """

    meetings: tuple[Meeting, ...] = ()
    first_on: date | None = None
    is_whole: bool = True


@dataclass(slots=True)
class _Event:
    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    is_readable: bool = True
    uid: str = ""
    day: str = ""
    original_day: str = ""
    until: str = ""


def read_calendar(raw: bytes, window: Window, own: Iterable[str] = ()) -> CalendarFacts:
    """Read a calendar. `own` are the addresses of its owner.

    Raises:
        NotACalendar: it is none.
    """
    events, zones, name = _scan(raw)
    mine = {address.casefold() for address in (*own, name) if "@" in address}
    days = [found for event in events if (found := _date(event.day))]
    chosen, is_whole = _choose(events, window)
    meetings: dict[str, Meeting] = {}
    for component, in_series in _occurrences(chosen, zones, window):
        try:
            meeting = _meeting(component, in_series, window, mine)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            continue  # an event that is broken costs only itself
        if meeting is not None:
            meetings[meeting.key] = meeting
        if len(meetings) >= MAX_EVENTS:
            is_whole = False
            break
    return CalendarFacts(tuple(meetings.values()), min(days, default=None), is_whole)


# -- the lines that are needed


def _scan(raw: bytes) -> tuple[list[_Event], list[str], str]:
    """Return the events and the time zones as lines, and the calendar's name."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\n ", b"").replace(b"\n\t", b"")
    text = lines.decode("utf-8", "replace").strip()
    if not text[:15].upper() == "BEGIN:VCALENDAR" or not text[-13:].upper() == "END:VCALENDAR":
        raise NotACalendar
    inside: list[str] = []
    events: list[_Event] = []
    zones: list[str] = []
    name, event = "", _Event()
    for line in text.split("\n"):
        word = line[:40].upper()
        if word.startswith("BEGIN:"):
            inside.append(word[6:].strip())
            if inside[1:] == ["VEVENT"]:
                event = _Event()
        is_zone = inside[1:2] == ["VTIMEZONE"]
        if is_zone and len(zones) < MAX_ZONE_LINES and len(line) < MAX_LINE:
            zones.append(line)
        elif inside[1:] == ["VEVENT"]:
            _take(event, line)
        elif len(inside) == 1 and word.startswith("X-WR-CALNAME:"):
            name = line.partition(":")[2].strip()[:254]
        if word.startswith("END:") and inside:
            if inside[1:] == ["VEVENT"]:
                events.append(event)
            inside.pop()
    if inside:
        raise NotACalendar
    return events, zones, name


def _take(event: _Event, line: str) -> None:
    """Take a line of an event, if it is needed."""
    found = _NAME.match(line)
    name = found[0].upper() if found else ""
    if name not in _KEPT:
        return
    if len(line) > MAX_LINE or len(event.lines) >= MAX_LINES:
        event.is_readable = False
        return
    event.lines.append(line)
    event.names.add(name)
    if name == "UID":
        event.uid = line.partition(":")[2].strip()
    elif name in ("DTSTART", "RECURRENCE-ID") and (day := _DAY.search(line)):
        event.day, event.original_day = (day[1], event.original_day) if name == "DTSTART" else (event.day, day[1])
    elif name == "RRULE":
        event.until = until[1] if (until := _UNTIL.search(line)) else ""
        event.is_readable &= bool(_RULE.search(line)) and not _TOO_OFTEN.search(line) and event.day >= "1970"


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _choose(events: Sequence[_Event], window: Window) -> tuple[list[_Event], bool]:
    """Return the events that may matter, at most `MAX_EVENTS`, and whether these are all."""
    first, last = ((at + by).strftime("%Y%m%d") for at, by in ((window.since, -_MARGIN), (window.until, _MARGIN)))
    groups: dict[str, list[_Event]] = {}
    for event in events:
        if event.uid and event.day:
            groups.setdefault(event.uid, []).append(event)
    chosen: list[_Event] = []
    for group in groups.values():
        if not all(event.is_readable for event in group) or not any("ATTENDEE" in event.names for event in group):
            continue
        near = [event for event in group if _is_near(event, first, last)]
        if near and len(chosen) + len(near) > MAX_EVENTS:
            return chosen, False
        chosen += near
    return chosen, True


def _is_near(event: _Event, first: str, last: str) -> bool:
    if "RRULE" in event.names:
        return event.day <= last and (not event.until or event.until >= first)
    return "RDATE" in event.names or first <= event.day <= last or first <= (event.original_day or event.day) <= last


# -- what happens when


def _occurrences(events: Sequence[_Event], zones: Sequence[str], window: Window) -> Iterator[tuple[Any, bool]]:
    """Yield what takes place, each with whether it is one of a series."""
    if not events:
        return
    series = {event.uid for event in events if event.names & {"RRULE", "RDATE", "RECURRENCE-ID"}}
    try:
        found = _expand(events, zones, window)
    except Exception:
        # Of broken calendars, icalendar and dateutil raise anything. Whatever it is, only the broken event is left out.
        found = [one for uid in dict.fromkeys(event.uid for event in events)
                 for one in _expand_alone([event for event in events if event.uid == uid], zones, window)]  # fmt: skip
    for component in found:
        yield component, str(component.get("UID")).strip() in series


def _expand(events: Sequence[_Event], zones: Sequence[str], window: Window) -> list[Any]:
    import icalendar  # slow to import
    import recurring_ical_events  # type: ignore[import-untyped]

    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tend//EN", *zones]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.lines, "END:VEVENT"]
    calendar = icalendar.Calendar.from_ical("\r\n".join([*lines, "END:VCALENDAR", ""]))
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    return list(query.between(window.since - timedelta(days=1), window.until))


def _expand_alone(events: Sequence[_Event], zones: Sequence[str], window: Window) -> list[Any]:
    try:
        return _expand(events, zones, window)
    except Exception:
        return []


def _meeting(component: Any, in_series: bool, window: Window, mine: set[str]) -> Meeting | None:
    """Return a meeting, or None if it is none of the window, or none that its owner went to."""
    starts, ends = component["DTSTART"].dt, component["DTEND"].dt
    day = None if isinstance(starts, datetime) else starts
    starts_at, ends_at = _instant(starts, window.zone), _instant(ends, window.zone)
    is_free = (
        str(component.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(component.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    )
    is_cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    people = dict(_people(component))
    went = tuple(who for who, declined in people.items() if who.casefold() not in mine and not declined)
    if (
        is_cancelled
        or (day is not None and is_free)
        or any(declined for who, declined in people.items() if who.casefold() in mine)
        or not went
        or len(people) > MAX_PEOPLE
        or not window.since <= starts_at < window.until
    ):
        return None
    uid = str(component["UID"]).strip()
    original = component.get("RECURRENCE-ID")
    place = _instant(original.dt, window.zone).isoformat() if in_series and original is not None else ""
    key = hashlib.sha256(f"{uid}\n{place}".encode()).hexdigest()
    return Meeting(key, starts_at, max(starts_at, ends_at), day, went)


def _instant(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _people(component: Any) -> Iterator[tuple[str, bool]]:
    """Yield the addresses of those who were asked, each with whether they declined. Rooms are left out."""
    for name in ("ORGANIZER", "ATTENDEE"):  # the organiser's own answer, as an attendee, counts
        found = component.get(name, [])
        for person in found if isinstance(found, list) else [found]:
            said = {key.upper(): str(value).upper() for key, value in person.params.items()}
            written = str(person).strip()
            address = written[7:] if written[:7].casefold() == "mailto:" else str(person.params.get("EMAIL", written))
            if "@" in address and said.get("CUTYPE") not in ("ROOM", "RESOURCE"):
                yield address.strip(), said.get("PARTSTAT") == "DECLINED"
