"""Ticks on a clock that hops: through clock changes, a leap day, week 53, three weeks away, and after an import."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import func, select

from bot.importing import ImportOptions, run_import
from bot.notifications.send import RunResult
from scoring.noise_budget import MOST_IN_FULL
from storage.db.engine import reading
from storage.tables import Activity
from tests.notifications.office import MONDAY, Office

DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)
ODD_ZONES = (
    "Australia/Lord_Howe",  # half an hour forth and back
    "Pacific/Chatham",  # at 02:45 and 03:45, twelve and three quarters hours ahead
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",  # back for a month that moves
    "Antarctica/Troll",  # two hours
    "America/St_Johns",
    "America/Asuncion",
    "Europe/London",
)
HOUR = 2
"""In most zones clocks skip it in spring and show it twice in autumn."""


def changes(zone: ZoneInfo) -> list[date]:
    """The days of two years on which clocks are set, and one on which they are not."""
    days = [date(2026, 1, 1) + n * DAY for n in range(730)]
    offsets = [datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() for day in days]
    moved = [day for day, now, then in zip(days, offsets, offsets[1:], strict=False) if now != then]
    return sorted({date(2026, 6, 17), *moved})


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=() if one in (ODD_ZONES[0], ODD_ZONES[-1]) else pytest.mark.slow) for one in ODD_ZONES],
)
def test_through_clock_changes_each_owner_is_told_once_a_day_at_the_first_chance_after_their_hour(
    office: Office, name: str
) -> None:
    """A tick every half hour of two nights; something new to tell on each day, and the owner acts on it."""
    zone = ZoneInfo(name)
    office.settle(nudge_hour=str(HOUR), quiet_hour="24", working_days="mon tue wed thu fri sat sun")
    office.slack.world.add_person("U4", "odd", tz=name)
    wanted: list[date] = []
    for change in changes(zone):
        for day in (change, change + DAY):
            if day in wanted:
                continue
            wanted.append(day)
            office.partner(f"New on {day}", "U4", since=day - 40 * DAY)
            start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            for n in range(14):
                office.at(start + n * HALF_HOUR)
            office.touch(f"New on {day}", by="U4")
    told = [datetime.fromtimestamp(float(one.ts), zone) for one in office.nudges("U4")]
    assert [one.date() for one in told] == sorted(wanted)
    for one in told:
        before = (one.astimezone(UTC) - HALF_HOUR - timedelta(seconds=1)).astimezone(zone)
        assert one.hour >= HOUR
        assert before.hour < HOUR or before.date() != one.date(), one
    assert Counter(row.period for row in office.all_deliveries()) == Counter(str(day) for day in wanted)


def test_the_leap_day_is_a_day_like_any(office: Office) -> None:
    """Of 28 and 29 February and 1 March 2028 each has its nudge."""
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    for day in days:
        office.partner(f"New on {day}", since=day - 40 * DAY)
        for hour in range(8, 21):
            office.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
    assert [datetime.fromtimestamp(float(one.ts), UTC).date() for one in office.nudges()] == days


def test_week_53_has_its_digest_and_is_not_taken_for_the_first_of_the_new_year(office: Office) -> None:
    """Friday, 1 January 2027 is in week 53 of 2026."""
    office.partner("Acme Legal", None)
    office.at(datetime(2026, 12, 18, 8, tzinfo=UTC))
    office.settle(digest_channel="C1", digest_day="fri")
    for n in range(24 * 22):
        office.at(datetime(2026, 12, 25, 9, tzinfo=UTC) + n * timedelta(hours=1))
    rows = [(row.period, str(row.as_of_on)) for row in reversed(office.all_deliveries()) if row.kind == "digest"]
    assert rows == [(day, day) for day in ("2026-12-25", "2027-01-01", "2027-01-08", "2027-01-15")]
    weeks = [re.findall(r"Week of (\d+ \w+)", one.visible_text)[0] for one in office.digests()]
    assert weeks == ["18 Dec", "25 Dec", "1 Jan", "8 Jan"]


def test_three_weeks_away_make_one_nudge_an_owner_and_one_digest_that_says_it_is_late(office: Office) -> None:
    """Everything that went quiet meanwhile is in it, and nothing comes after."""
    office.settle(digest_channel="C1")
    for number in range(6):
        office.partner(f"Of ana {number}", since=date(2026, 9, 1) + number * 7 * DAY)
        office.partner(f"Of cho {number}", "U3", since=date(2026, 9, 1) + number * 7 * DAY)
    office.at(MONDAY)
    before = [len(office.nudges("U1")), len(office.nudges("U3")), len(office.digests())]
    back = MONDAY + 23 * DAY  # a Wednesday
    for minutes in range(0, 600, 20):
        office.at(back + timedelta(minutes=minutes))
    after = [len(office.nudges("U1")), len(office.nudges("U3")), len(office.digests())]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1]
    assert "sent late" in office.digests()[-1].visible_text


def test_an_import_of_years_makes_no_flood(office: Office, tmp_path: Path) -> None:
    """500 partners and 20,000 rows: a message an owner and week, with three partners in it, the others counted."""
    owners = ["U1", "U2", "U3"]
    people = "\n".join(f"Partner {n:03},{owners[n % 3]},2024-01-01" for n in range(500))
    rows = "\n".join(
        f"Partner {n % 500:03},meeting,{date(2024, 1, 1) + (n // 500 * 17 + n % 17) * DAY}" for n in range(20_000)
    )
    for kind, text in (
        ("partners", f"name,owner,since\n{people}\n"),
        ("activities", f"partner,kind,occurred_on\n{rows}\n"),
    ):
        file = tmp_path / f"{kind}.csv"
        file.write_text(text)
        run_import(
            office.engine, team=office.team, path=file, options=ImportOptions(kind=kind, by="U1", now=MONDAY - DAY)
        )
    with reading(office.engine) as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 20_000
    days = [MONDAY + n * DAY for n in range(15)]
    for day in days:
        due = RunResult(nudges=int(day.weekday() == MONDAY.weekday()))
        assert office.at(day - timedelta(hours=9)) == due  # in Tokyo it is nine
        assert office.at(day) == due
        assert office.at(day + timedelta(hours=5)) == due
    for owner in owners:
        messages = office.nudges(owner)
        assert len(messages) == 3
        for nth, message in enumerate(messages):
            listed = sum(words.startswith("*Partner ") for words in message.visible_text.splitlines())
            assert listed == MOST_IN_FULL
            (more,) = re.findall(r"and (\d+) more partners", message.visible_text)
            (all_of_them,) = re.findall(r"(\d+) partners to look after", message.visible_text)
            assert listed + int(more) <= int(all_of_them) <= 167 - min(nth, 1) * listed  # the first three come again


def test_the_last_hour_of_a_day_may_come_twice(office: Office) -> None:
    """In Chile the clocks go back at midnight: what happens at half past eleven again is still of that day."""
    team = replace(office.team, zone=ZoneInfo("America/Santiago"))
    again = datetime(2026, 4, 5, 3, 30, tzinfo=UTC)
    assert team.today(again) == date(2026, 4, 4)
    assert again < team.end_of(date(2026, 4, 4)) < datetime(2026, 4, 5, 4, tzinfo=UTC)
