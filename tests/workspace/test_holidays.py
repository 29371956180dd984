"""Public holidays: the team's own, else those of the country of its time zone."""

import subprocess
import sys
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

import pytest

from bot.workspace.holidays import calendars, is_holiday
from bot.workspace.team import Team
from storage.tables import Workspace


def team(**fields: str) -> Team:
    return Team.of(Workspace(id=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), **fields))


@pytest.mark.parametrize(
    ("zone", "days_off", "day", "works"),
    [
        ("Europe/London", "", date(2026, 8, 31), False),  # the late summer bank holiday
        ("Europe/London", "none", date(2026, 8, 31), True),
        ("Europe/London", "2026-12-24", date(2026, 8, 31), False),
        ("Europe/London", "2026-12-24", date(2026, 12, 24), False),
        ("Europe/London", "none 2026-12-24", date(2026, 12, 24), False),
        ("Europe/London", "US", date(2026, 8, 31), True),
        ("Europe/London", "US", date(2026, 11, 26), False),
        ("America/New_York", "", date(2026, 11, 26), False),
        ("US/Eastern", "", date(2026, 11, 26), False),
        ("UTC", "", date(2026, 12, 25), True),
    ],
)
def test_a_team_keeps_its_countrys_holidays_unless_it_says_otherwise(
    zone: str, days_off: str, day: date, works: bool
) -> None:
    assert team(timezone=zone, holidays=days_off).works_on(day) == works


def test_every_time_zone_has_a_known_country_or_none() -> None:
    for zone in available_timezones():
        for code in calendars("", zone):
            is_holiday(code, date(2026, 1, 1))


def test_days_are_read_as_the_country_writes_them() -> None:
    assert team(timezone="Europe/London").day_first
    assert not team(timezone="America/New_York").day_first


def test_reading_a_team_loads_no_holidays() -> None:
    """Each command reads its team; only a tick asks whether a day is worked on."""
    code = (
        "import sys; from datetime import UTC, datetime; from bot.workspace.team import Team; "
        "from storage.tables import Workspace; "
        "team = Team.of(Workspace(id=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), timezone='Europe/London')); "
        "assert team.day_first and team.holiday_calendars == ('GB-ENG',); sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
