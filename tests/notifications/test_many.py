"""Several Tends on one database, and the metronome that makes each of them look."""

import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.notifications import scheduler as clockwork
from bot.notifications.pool import WorkspacePool
from bot.notifications.send import RunResult
from bot.services import Services
from tests.notifications.office import MONDAY, Office
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
OWNERS = [f"U{n:03}" for n in range(12)]


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with a nudge for each of twelve owners, and a digest."""
    office.settle(digest_channel="C1")
    for owner in OWNERS:
        office.slack.world.add_person(owner, owner.lower())
        office.partner(f"Of {owner}", owner)
    office.clock.now = MONDAY
    return office


def each_got_one(office: Office) -> bool:
    return [len(office.nudges(owner)) for owner in OWNERS] == [1] * len(OWNERS) and len(office.digests()) == 1


def test_two_tends_at_once_send_each_message_once(busy: Office) -> None:
    """Each with its own engine, starting at the same moment, on two days."""
    for day in (MONDAY, MONDAY + timedelta(days=7)):
        busy.clock.now = day
        gate = threading.Barrier(2)

        def look(services: Services, day: datetime = day, gate: threading.Barrier = gate) -> RunResult:
            gate.wait()
            return clockwork.run_all(services, day)

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(look, [busy.services(), busy.services()]))
        assert sum(one.nudges for one in done) == len(OWNERS)
        assert sum(one.digests for one in done) == 1
        assert all(one.problems == () for one in done)
        if day == MONDAY:
            assert each_got_one(busy)
    assert [len(busy.nudges(owner)) for owner in OWNERS] == [2] * len(OWNERS)
    assert len(busy.digests()) == 2


@pytest.mark.slow
def test_three_processes_at_once_send_each_message_once(busy: Office) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_API_URL": busy.slack.api_url,
        "DATABASE_URL": busy.url,
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-c", "from bot.cli import main; main()", "tick", "--now", "2026-11-23T09:05Z"]
    ticks = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [tick.communicate(timeout=PATIENCE) for tick in ticks]
    assert [tick.returncode for tick in ticks] == [0, 0, 0], told
    assert each_got_one(busy), told
    assert sum(int(out.split(",")[0].rpartition(" ")[2]) for out, _ in told) == len(OWNERS)
    assert [err for _, err in told] == ["", "", ""]


# -- the metronome


def test_it_looks_at_once_then_every_minute_and_stops_cleanly(busy: Office) -> None:
    services = busy.houses[0]
    before = threading.active_count()
    scheduler = clockwork.start_scheduler(services)
    try:
        assert busy.slack.wait_for(lambda: each_got_one(busy))
        jobs = scheduler.get_jobs()
        assert {job.func.__name__ for job in jobs} == {
            "tick",
            "read_calendars",
            "send_briefs",
            "ask_memberships",
            "send_webhooks",
            "read_crms",
        }
        for job in jobs:
            assert job.coalesce is True
            assert job.max_instances == 1
            assert job.misfire_grace_time is None
    finally:
        scheduler.shutdown()
    assert threading.active_count() <= before + 1  # the pool of the stand-in may keep one
    assert not scheduler.running


def test_the_next_tick_is_a_minute_after_the_last(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the machine's clock, also where the house's was moved a year on."""
    monkeypatch.setattr(WorkspacePool, "run", lambda _rounds, _now: RunResult())
    start = datetime.now(UTC)
    office.clock.now = start + timedelta(days=365)
    scheduler = clockwork.start_scheduler(office.houses[0])
    try:
        job = next(job for job in scheduler.get_jobs() if job.func.__name__ == "tick")
        assert job.next_run_time < datetime.now(UTC) + timedelta(seconds=61)
        for late in (0, 59, 3_600):
            after = job.trigger.get_next_fire_time(start, start + timedelta(seconds=late))
            assert after == start + timedelta(seconds=60)
    finally:
        scheduler.shutdown()


def test_shutting_down_waits_for_the_tick_in_hand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave, left = threading.Event(), threading.Event(), threading.Event()

    def slow(_rounds: WorkspacePool, _now: datetime) -> RunResult:
        entered.set()
        leave.wait(PATIENCE)
        left.set()
        return RunResult()

    monkeypatch.setattr(WorkspacePool, "run", slow)
    office.clock.now = datetime.now(UTC)
    scheduler = clockwork.start_scheduler(office.houses[0])
    assert entered.wait(PATIENCE)
    threading.Timer(0.1, leave.set).start()
    scheduler.shutdown()
    assert left.is_set()


def test_a_tick_that_fails_is_logged_and_the_next_one_runs(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = iter([ZeroDivisionError("of all things"), None, RunResult(nudges=2)])
    ran = []

    def moody(_services: Services, _now: datetime) -> RunResult:
        outcome = next(outcomes)
        ran.append(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or RunResult()

    monkeypatch.setattr(clockwork, "run_all", moody)
    with caplog.at_level(logging.INFO, logger="bot.notifications.scheduler"):
        for _ in range(3):
            clockwork.tick(office.houses[0])
    assert len(ran) == 3
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "ZeroDivisionError" in caplog.text
    assert "nudges 2" in caplog.text


def test_a_tick_survives_a_slack_that_is_away(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.partner("Acme Legal")
    office.clock.now = MONDAY
    services = office.services()
    office.slack.world.faults.add("auth.test", "drop")
    clockwork.tick(services)
    assert "a tick failed" in caplog.text
    clockwork.tick(services)
    assert len(office.nudges()) == 1
