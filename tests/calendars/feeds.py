"""Calendars as Google, Outlook, Apple and others write them, around Monday, 23 November 2026, 10:00 UTC."""

JANE = "jane@acme.example"
ME = "ana@fairweather.example"
SECRET = "Pricing of the takeover"


def calendar(*events: str, head: str = "") -> bytes:
    """A calendar of these events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//EN", *head.strip().splitlines()]
    return "\r\n".join([*lines, *"\n".join(events).strip().splitlines(), "END:VCALENDAR", ""]).encode()


def event(
    uid: str = "one@x",
    start: str = "20261120T100000Z",
    end: str = "20261120T110000Z",
    *lines: str,
    people: tuple[str, ...] = (JANE,),
    mine: str = "ACCEPTED",
) -> str:
    """A meeting of Ana with others; `start` may begin with parameters: `;TZID=Europe/Berlin:20261120T100000`."""
    start, end = (text if text.startswith(";") else f":{text}" for text in (start, end))
    rows = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTART{start}",
        f"DTEND{end}",
        f"SUMMARY:{SECRET}",
        "LOCATION:Room of secrets",
        f"ORGANIZER;CN=Ana:mailto:{ME}",
        f"ATTENDEE;PARTSTAT={mine}:mailto:{ME}",
        *(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}" for address in people),
        *lines,
        "END:VEVENT",
    ]
    return "\n".join(rows)


BERLIN = """
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""

GOOGLE = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:{ME}
X-WR-TIMEZONE:Europe/London
BEGIN:VEVENT
DTSTART:20261120T100000Z
DTEND:20261120T103000Z
DTSTAMP:20261123T090000Z
ORGANIZER;CN=Jane Doe:mailto:{JANE}
UID:4q2@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN={ME}
 ;X-NUM-GUESTS=0:mailto:{ME}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Jane
  Doe;X-NUM-GUESTS=0:mailto:ja
 ne@acme.example
ATTENDEE;CUTYPE=RESOURCE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Room 1:ma
 ilto:c_1@resource.calendar.google.com
X-MICROSOFT-CDO-OWNERAPPTID:1
CREATED:20261101T090000Z
DESCRIPTION:{SECRET}\\n\\nJoin: https://meet.google.com/abc
LAST-MODIFIED:20261101T090000Z
LOCATION:
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:{SECRET}
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:This is an event reminder
TRIGGER:-P0DT0H10M0S
ATTENDEE:mailto:alarm@acme.example
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

OUTLOOK = calendar(
    event(
        "040000008200E00074C5B7101A82E008",
        ";TZID=W. Europe Standard Time:20261120T110000",
        ";TZID=W. Europe Standard Time:20261120T120000",
        "CLASS:PUBLIC",
        "PRIORITY:5",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Jane:MAILTO:{JANE.upper()}",
        people=(),
    ),
    head="METHOD:PUBLISH\nX-WR-CALNAME:Calendar\n" + BERLIN,
)

APPLE = calendar(
    event(
        "6F0A6E2C-0D3C",
        ";TZID=Europe/Berlin:20261120T110000",
        ";TZID=Europe/Berlin:20261120T120000",
        f'ATTENDEE;CN="Jane, of Acme";CUTYPE=INDIVIDUAL;EMAIL="{JANE}";PARTSTAT=ACCEPTED:urn:uuid:1f1',
        "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
        people=(),
    )
)
