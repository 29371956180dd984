"""What is read from a calendar: the meetings of the window with others, whoever wrote it and however broken it is."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.events import MAX_EVENTS, CalendarFacts, Meeting, NotACalendar, Window, read_calendar
from tests.calendars.feeds import APPLE, BERLIN, GOOGLE, JANE, ME, OUTLOOK, calendar, event
from tests.odd_cases import case, odd

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=7), NOW + timedelta(days=2), ZoneInfo("Europe/Berlin"))
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
FIRST = ("a", "20261120T100000Z", "20261120T110000Z")
DAY = ("a", ";VALUE=DATE:20261120", ";VALUE=DATE:20261121")
CUSTOM = BERLIN.replace("W. Europe Standard Time", "Custom")
NONE = "No contact"
RIGHT = "It counts, at the right time"
REFUSED = "It is no calendar. `/tend calendar` says so, and it is tried again"


def read(raw: bytes) -> CalendarFacts:
    return read_calendar(raw, WINDOW, [ME])


def met(raw: bytes) -> Meeting:
    (found,) = read(raw).meetings
    return found


def starts(raw: bytes) -> list[datetime]:
    return sorted(meeting.starts_at for meeting in read(raw).meetings)


@pytest.mark.parametrize(
    "raw",
    [
        case(
            "A meeting in Google's calendar, with a room and a reminder",
            "It counts. The room is not taken for a person",
            GOOGLE,
        ),
        case("A meeting in Outlook's, which has time zones of its own", "It counts, at the right time", OUTLOOK),
        case("A meeting in Apple's, which has people's addresses elsewhere", "It counts, with the person", APPLE),
    ],
)
def test_the_shapes_of_the_three(raw: bytes) -> None:
    found = met(raw)
    assert (found.starts_at, [who.casefold() for who in found.people], found.day) == (FRIDAY, [JANE], None)


@pytest.mark.parametrize(
    "raw",
    [
        case("A meeting that you declined", NONE, calendar(event(mine="DECLINED"))),
        case("One that was cancelled", NONE, calendar(event(*FIRST, "STATUS:CANCELLED"))),
        case("A whole day that is marked as free", NONE, calendar(event(*DAY, "TRANSP:TRANSPARENT"))),
        case("A whole day that Outlook marks as free", NONE,
             calendar(event(*DAY, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"))),
        case("A meeting without anybody else", NONE, calendar(event(people=()))),
        case("One of more than seven days ago", NONE, calendar(event("a", "20261101T100000Z", "20261101T110000Z"))),
        case("One in more than two days", "Not yet", calendar(event("a", "20261223T100000Z", "20261223T110000Z"))),
        case("One that everybody else declined", NONE,
             calendar(event(*FIRST, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{JANE}", people=()))),
        case("One with more than fifty people", NONE,
             calendar(event(people=tuple(f"p{n}@acme.example" for n in range(60))))),
        case("One that repeats every second", NONE, calendar(event(*FIRST, "RRULE:FREQ=SECONDLY"))),
        case("One that repeats several times a day", NONE,
             calendar(event(*FIRST, "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=1,2"))),
        case("One on a day that no calendar has", NONE, calendar(event("a", "99999999T999999Z", "20261120T110000Z"))),
        case("One whose end is no time", NONE, calendar(event("a", "20261120", "gestern"))),
        case("One without a time", NONE, calendar("BEGIN:VEVENT\nATTENDEE:mailto:jane@acme.example\nEND:VEVENT")),
        case("A calendar with nothing in it", NONE, calendar()),
    ],
)  # fmt: skip
def test_what_is_no_meeting(raw: bytes) -> None:
    assert read(raw).meetings == ()


@odd("A meeting that some declined", "It counts, with the others")
def test_who_declined_is_not_among_the_people() -> None:
    raw = calendar(
        event("a", "20261120T100000Z", "20261120T110000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:joe@acme.example")
    )
    assert met(raw).people == (JANE,)


@odd("A calendar that says whose it is only by its name", "What you declined is left out all the same")
def test_the_owner_is_known_from_the_calendars_name() -> None:
    raw = calendar(event(mine="DECLINED"), head=f"X-WR-CALNAME:{ME}")
    assert read_calendar(raw, WINDOW).meetings == ()


@odd("A whole day that is busy", "It counts on that day, in any time zone")
def test_a_whole_day_that_is_busy_is_of_its_own_day() -> None:
    found = met(calendar(event("a", ";VALUE=DATE:20261120", ";VALUE=DATE:20261121")))
    assert (found.day, found.ends_at) == (date(2026, 11, 20), datetime(2026, 11, 20, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "head"),
    [
        case("A time without a zone", "It is taken in your own zone", "20261120T110000", ""),
        case("A time in a zone that has a name", RIGHT, ";TZID=Europe/Berlin:20261120T110000", ""),
        case("A time in a zone that only this calendar knows", RIGHT, ";TZID=Custom:20261120T110000", CUSTOM),
        case("A time in New York", RIGHT, ";TZID=America/New_York:20261120T050000", ""),
        case("A time in India, half an hour off", RIGHT, ";TZID=Asia/Kolkata:20261120T153000", ""),
        case(
            "A time in a zone that nobody knows", "It is taken in your own zone", ";TZID=No/Where:20261120T110000", ""
        ),
    ],
)
def test_times_of_any_zone(start: str, head: str) -> None:
    end = start[:-6] + "235900"
    assert met(calendar(event("a", start, end), head=head)).starts_at == FRIDAY


@odd(
    "A series, of which one was moved, one cancelled, one left out and one declined",
    "The others count, and the moved one at its new time",
)
def test_a_series_with_exceptions() -> None:
    """Weekdays at ten in Berlin: one moved, one cancelled, one taken out, one declined."""
    master = event(
        "s", ";TZID=Europe/Berlin:20260105T100000", ";TZID=Europe/Berlin:20260105T110000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "EXDATE;TZID=Europe/Berlin:20261118T100000",
    )  # fmt: skip
    moved = event(
        "s", ";TZID=Europe/Berlin:20261119T160000", ";TZID=Europe/Berlin:20261119T170000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261119T100000",
    )  # fmt: skip
    cancelled = event(
        "s", ";TZID=Europe/Berlin:20261120T100000", ";TZID=Europe/Berlin:20261120T110000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261120T100000", "STATUS:CANCELLED",
    )  # fmt: skip
    declined = event(
        "s", ";TZID=Europe/Berlin:20261123T100000", ";TZID=Europe/Berlin:20261123T110000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261123T100000", mine="DECLINED",
    )  # fmt: skip
    raw = calendar(master, moved, cancelled, declined)
    assert [at.isoformat()[5:16] for at in starts(raw)] == ["11-17T09:00", "11-19T15:00", "11-24T09:00", "11-25T09:00"]
    keys = {one.key for one in read(raw).meetings}
    assert len(keys) == 4
    assert keys <= {one.key for one in read(calendar(master)).meetings}, "a moved one keeps its key"


@odd("A meeting that was moved", "It is the same one, at its new time")
def test_a_single_meeting_keeps_its_key_when_it_is_moved() -> None:
    later = event("one@x", "20261121T100000Z", "20261121T110000Z")
    assert met(calendar(event())).key == met(calendar(later)).key


@odd("A series over the end of summer time", "It stays at its hour of the clock")
def test_summer_time_does_not_move_a_series() -> None:
    window = Window(datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC), ZoneInfo("UTC"))
    master = event(
        "s", ";TZID=Europe/Berlin:20260105T100000", ";TZID=Europe/Berlin:20260105T110000", "RRULE:FREQ=DAILY"
    )
    found = sorted(one.starts_at.hour for one in read_calendar(calendar(master), window).meetings)
    assert found == [8, 8, 9, 9]


@odd("Events that can't be read, among others", "The others count")
def test_a_broken_event_costs_only_itself() -> None:
    raw = calendar(
        event("bad", "20261120T100000Z", "20261120T110000Z", "RRULE:FREQ=WEEKLY;BYDAY=XX;UNTIL=never"),
        event("worse", ";TZID=:20261120T250000", ";VALUE=DATE:2026"),
        event("good"),
    )
    assert starts(raw) == [FRIDAY]


@odd("More than 2,000 events of these days", "The first 2,000 are read, and nothing is taken back")
def test_a_calendar_is_read_up_to_its_limit() -> None:
    found = read(calendar(*(event(f"u{number}") for number in range(MAX_EVENTS + 50))))
    assert (len(found.meetings), found.is_whole) == (MAX_EVENTS, False)


@odd("Thousands of events of years ago", "They are passed over")
def test_old_events_cost_next_to_nothing() -> None:
    old = [event(f"u{number}", "20190101T100000Z", "20190101T110000Z") for number in range(4 * MAX_EVENTS)]
    found = read(calendar(*old, event()))
    assert (len(found.meetings), found.is_whole, found.first_on) == (1, True, date(2019, 1, 1))


@pytest.mark.parametrize(
    "raw",
    [
        case("Nothing at all", REFUSED, b""),
        case("A page that asks to sign in", REFUSED, b"<html>Sign in</html>"),
        case("A calendar that only begins", REFUSED, b"BEGIN:VCALENDAR"),
        case("One that was cut off", REFUSED, GOOGLE[:900]),
        case("One with an event that never ends", REFUSED, calendar(event()).replace(b"END:VEVENT", b"")),
    ],
)
def test_what_is_no_calendar(raw: bytes) -> None:
    with pytest.raises(NotACalendar):
        read(raw)


@odd("Titles, places, notes and links", "None of it is kept")
def test_nothing_of_what_was_said_comes_out() -> None:
    shown = repr(read(GOOGLE)) + repr(read(OUTLOOK))
    assert "Pricing" not in shown
    assert "Room" not in shown
    assert "google.com" not in shown, "nor an id, from which somebody could find it"


PIECES = ["RRULE:", "FREQ=DAILY", ";", "BYDAY=MO", "EXDATE:", "20261120", "T1", "Z", ":", "\n", "é", "ATTENDEE",
          "BEGIN:VALARM", "END:VALARM", "DURATION:PT", "-1H"]  # fmt: skip


@odd("Any lines whatever", "They are read, or the calendar is refused")
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_lines_are_read_or_refused(pieces: list[str]) -> None:
    with suppress(NotACalendar):
        read(calendar(event("a", "20261120T100000Z", "20261120T110000Z", "".join(pieces)), event("good")))
