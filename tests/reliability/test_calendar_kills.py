"""Meetings count once and briefs come once, although workers are killed at any moment and calendars' server fails."""

import time
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.fake_slack import FakeSlack
from tests.calendars.servers import NAME, Roads, certificate, serving
from tests.reliability.calendar_kills import killed_day
from tests.reliability.databases import Fresh

pytestmark = pytest.mark.slow


def test_each_meeting_counts_once_and_has_one_brief_however_often_workers_are_killed(
    unhurried: FakeSlack, fresh: Fresh, tmp_path: Path
) -> None:
    """Two workers, four calendars, a kill in every other step; the seed of what failed is in the message."""
    seed = time.time_ns() % 1_000_000
    tls, authority = certificate(tmp_path, NAME, system_clock())
    with serving(tls) as server:
        roads = Roads(server, authority)
        found = killed_day(unhurried, roads, fresh(), seed, tmp_path / "workers.log")
    print(found)
    assert "\n".join(found.problems) == ""
    assert found.kills >= 10
    assert found.reading > 0
    assert found.troubles > 0
