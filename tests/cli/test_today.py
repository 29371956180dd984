"""What day it is, where no day is given: the workspace's own, by the machine's clock."""

import json
from datetime import UTC, datetime

import pytest
from freezegun import freeze_time

from bot.clock import system_clock
from tests.cli.conftest import Tend


def test_the_clock_is_the_machines_in_utc() -> None:
    with freeze_time("2026-11-22 23:30:00"):
        assert system_clock() == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-11-22 23:30:00", "UTC", "2026-11-22"),
        ("2026-11-22 23:30:00", "Europe/Berlin", "2026-11-23"),
        ("2026-11-22 04:30:00", "America/New_York", "2026-11-21"),
        ("2028-02-29 12:00:00", "Europe/London", "2028-02-29"),
    ],
)
def test_today_is_the_workspaces_local_day(filled: Tend, instant: str, zone: str, day: str) -> None:
    with freeze_time(instant):
        assert filled("settings", "timezone", zone).code == 0
        scores = json.loads(filled("score", "--json").out)
        assert {one["as_of"] for one in scores} == {day}
        assert json.loads(filled("digest", "--json").out)["as_of"] == day


def test_quiet_days_grow_with_the_days_that_pass(filled: Tend) -> None:
    with freeze_time("2026-11-22 12:00:00") as clock:
        before = {one["partner"]: one["quiet_days"] for one in json.loads(filled("score", "--json").out)}
        clock.move_to("2026-11-25 12:00:00")
        after = {one["partner"]: one["quiet_days"] for one in json.loads(filled("score", "--json").out)}
    # Planned touches come true on their day, and a partnership that begins later is not quiet yet.
    assert all(after[name] == days + 3 or after[name] < 3 for name, days in before.items())
    assert any(after[name] == days + 3 for name, days in before.items())
