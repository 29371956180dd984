"""Workers are killed at any moment, Slack is in trouble, and every delivery is there exactly once."""

import time
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from tests.reliability.databases import Fresh
from tests.reliability.killing import Figures, killed_run
from tests.reliability.run import runs
from tests.reliability.worker import BROKEN

pytestmark = pytest.mark.slow

RUNS = 5
MOST_TRIES = 60  # on a busy machine two workers seldom meet; it ends with the first that is caught


@pytest.mark.parametrize("part", [1, 2])
def test_every_delivery_is_sent_exactly_once_however_often_workers_are_killed(
    unhurried: FakeSlack, fresh: Fresh, tmp_path: Path, part: int
) -> None:
    """Two workers, twenty deliveries, a kill every few steps; the seed of what failed is in the message."""
    seed = part * 1_000_000 + time.time_ns() % 1_000_000
    found = sum(runs(unhurried, fresh, range(seed, seed + RUNS), tmp_path), Figures())
    assert "\n".join(found.problems) == ""
    assert (found.deliveries, found.lost, found.twice) == (RUNS * 20, 0, 0)
    assert found.kills >= RUNS * 3


@pytest.mark.parametrize("broken", sorted(BROKEN))
@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_a_tend_that_loses_or_repeats_is_caught(
    unhurried: FakeSlack, fresh: Fresh, tmp_path: Path, broken: str
) -> None:
    """The same runs with one safeguard taken out: by kills alone, with a Slack that only takes its time."""
    wrong = {"never looks": "twice", "takes without asking": "twice", "marks first": "lost"}[broken]
    for seed in range(MOST_TRIES):
        found = killed_run(unhurried, fresh(), seed, tmp_path / "workers.log", broken)
        if getattr(found, wrong):
            return
    pytest.fail(f"not caught in {MOST_TRIES} runs")
