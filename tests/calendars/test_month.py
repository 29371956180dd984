"""A month in which nobody types: mails by SMTP and a calendar by HTTPS keep partners from going quiet."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.notifications.scheduler import tick
from storage.contacts import addresses
from storage.db.engine import writing
from storage.tables import Activity
from tests.calendars.feeds import ME, calendar, event
from tests.calendars.servers import NAME, Roads
from tests.calendars.test_meetings import connect, run, shows
from tests.listeners.office import ANA, Office
from tests.mail.mails import mail
from tests.mail.test_intake import address_of, port, send
from tests.stored import stored

__all__ = ["port"]

BEGUN = date(2026, 11, 2)
SILENT = "Saltmarsh"
BY_MAIL, BY_CALENDAR = ("Acme", "Brindle", "Copper"), ("Dovetail", "Elmfield")
SECRETS = ("Takeover talk", "A word in confidence", "Pricing", "Room of secrets", "private-4f1c", NAME, ME)


@pytest.fixture
def team(office: Office) -> dict[str, int]:
    """Partners by name, each with a person and a domain."""
    partners = {}
    for name in (*BY_MAIL, *BY_CALENDAR, SILENT):
        partners[name] = office.partner(name, since=BEGUN)
        office.person(partners[name], f"Jane {name}", address=f"jane@{name.casefold()}.example")
        with writing(office.engine) as session:
            of: Any = {"workspace_id": office.workspace_id, "partner_id": partners[name], "by": ANA}
            addresses.add_domain(session, **of, now=office.clock(), domain=f"{name.casefold()}.example")
    return partners


def working_days() -> Iterator[date]:
    """Yield those of four weeks. The silent partner is due in the second."""
    for number in range(1, 29):
        day = date(2026, 11, 23) + timedelta(days=number)
        if day.weekday() < 5:
            yield day


def a_mail(name: str, day: date, number: int) -> object:
    return mail(
        "A word in confidence",
        to=f"jane@{name.casefold()}.example",
        Subject="Takeover talk",
        Date=f"{day:%a, %d %b %Y} 08:05:00 +0000",
        Message_ID=f"<{name}-{day}-{number}@mail.example>",
    )


def test_a_month_lived_through_with_nothing_typed(
    office: Office, port: int, secured: Roads, team: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    to, expected, meetings = address_of(office), set(), []
    shows(secured, calendar())
    connect(office)
    for day in working_days():
        office.clock.now = datetime(day.year, day.month, day.day, 9, 5, tzinfo=UTC)
        if day.weekday() == 1:
            for name in BY_MAIL:
                for number in range(2):  # two mails of a day are one touch
                    send(port, a_mail(name, day, number), to)
                expected.add((team[name], day))
        if day.weekday() == 3:
            for name in BY_CALENDAR:
                person = f"jane@{name.casefold()}.example"
                times = f"{day:%Y%m%d}T070000Z", f"{day:%Y%m%d}T080000Z"
                meetings.append(event(f"{name}-{day}", *times, people=(person,)))
                expected.add((team[name], day))
            shows(secured, calendar(*meetings))
        run(office, secured)
        tick(office.services)
    rows = [row for row in office.rows(Activity) if row.voided_at is None]
    assert sorted((row.partner_id, row.occurred_on) for row in rows) == sorted(expected)
    assert len(rows) == 4 * len((*BY_MAIL, *BY_CALENDAR))
    told = "\n".join(message.visible_text for message in office.slack.dm(ANA)).splitlines()
    nudged = {name for name in team for line in told if line.startswith(f"*{name}*")}
    assert nudged == {SILENT}
    assert [line for line in told if "uiet*" in line] == [
        "*Quiet*: no contact for 30 days; nothing is logged yet.",
        "*Still quiet* (mentioned on 2 Dec): no contact for 44 days; nothing is logged yet.",
    ]
    assert_nothing_is_kept(office, caplog)


def assert_nothing_is_kept(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """No word and no address of ours: not in the database, and not in what Tend logs."""
    kept = stored(office.engine)
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith(("bot", "storage")))
    for secret in SECRETS:
        assert secret not in kept, secret
        assert secret not in logged, secret
    assert "jane@" not in logged
