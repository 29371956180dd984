"""A workspace whose Slack hangs, or asks to wait, keeps no other waiting; afterwards it gets everything once."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

import bot.notifications.claim
from bot.fake_slack import FakeSlack
from bot.notifications.claim import run_all
from bot.notifications.history import LEASE
from bot.notifications.pool import MAX_WORKERS, WorkspacePool
from bot.notifications.scheduler import start_scheduler
from bot.notifications.send import RunResult
from bot.slack.client import make_client
from bot.workspace.team import Team
from storage.db.engine import writing
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.slack.street import Street, furnish, hears, nudges_of

MANY = 100


class Patience:
    """How long Tend waits for each Slack: as long as it takes, unless a test makes it less. In earnest, ten seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str | None, float] = {}
        self.made: list[WebClient] = []

    def make(self, token: str | None, api_url: str, **how: Any) -> WebClient:
        client = make_client(token, api_url, **how)
        self.made.append(client)
        self._apply()
        return client

    def set(self, slack: FakeSlack, seconds: float) -> None:
        self.seconds[slack.tokens.lasting()] = seconds
        self._apply()

    def _apply(self) -> None:
        for client in self.made:
            client.timeout = self.seconds.get(client.token, PATIENCE)  # type: ignore[assignment]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Patience:
    patience = Patience()
    monkeypatch.setattr("bot.slack.oauth.make_client", patience.make)
    return patience


@pytest.fixture
def due(both: Street) -> Iterator[Street]:
    """Each has a nudge for two people and a digest to come."""
    for slack in (both.first, both.second):
        prepare(both, slack)
        slack.world.calls.clear()  # who installed it has been greeted
    both.clock.now += timedelta(hours=1)
    yield both
    for slack in (both.first, both.second):
        slack.world.faults.clear()


def prepare(street: Street, slack: FakeSlack) -> None:
    for owner in ("U1", "U2"):
        street.partner(slack, f"Of {owner}", owner)
    with writing(street.engine) as session:
        workspaces.set_fields(
            session, workspace_id=street.workspace_id(slack), fields={"digest_channel": "C1", "timezone": "UTC"}
        )


def got(slack: FakeSlack) -> list[int]:
    """How many messages each person has, and the channel."""
    return [len(nudges_of(slack, "U1")), len(nudges_of(slack, "U2")), len(slack.channel("C1"))]


def hanging(slack: FakeSlack) -> int:
    """How many of its calls have got no answer."""
    return sum(MANY - (fault.times or 0) for fault in slack.world.faults.waiting())


def going(rounds: WorkspacePool, street: Street) -> tuple[threading.Thread, list[RunResult]]:
    """A round under way."""
    passes: list[RunResult] = []
    thread = threading.Thread(target=lambda: passes.append(rounds.run(street.clock.now)))
    thread.start()
    return thread, passes


def recovers(street: Street, slack: FakeSlack, rounds: WorkspacePool) -> None:
    """All is well again: within the next rounds everybody has everything, and nobody anything twice."""
    slack.world.faults.clear()
    for _ in range(3):
        street.clock.now += LEASE + timedelta(minutes=1)
        rounds.run(street.clock.now)
    assert got(street.first) == got(street.second) == [1, 1, 1]


@pytest.mark.parametrize(
    ("method", "after_effect"), [("*", False), ("chat.postMessage", False), ("chat.postMessage", True)]
)
def test_a_workspace_whose_slack_hangs_keeps_no_other_waiting(due: Street, method: str, after_effect: bool) -> None:
    """Whether Slack does nothing, or posts the message and then gives no answer."""
    due.first.world.faults.add(method, "hang", MANY, after_effect)
    rounds = WorkspacePool(due.services)
    thread, _ = going(rounds, due)
    assert due.second.wait_for(lambda: got(due.second) == [1, 1, 1])
    assert due.first.wait_for(lambda: hanging(due.first) == 1)
    assert thread.is_alive(), "the first one hangs meanwhile"
    due.first.world.faults.clear()
    thread.join(PATIENCE)
    recovers(due, due.first, rounds)
    rounds.close()


@pytest.mark.parametrize("method", ["*", "chat.postMessage"])
def test_a_call_that_hangs_is_given_up_and_the_last_of_this_round(due: Street, patience: Patience, method: str) -> None:
    patience.set(due.first, 3.0)  # long enough for the calls before it on a busy machine
    due.first.world.faults.add(method, "hang", MANY)
    rounds = WorkspacePool(due.services)
    done = rounds.run(due.clock.now)
    assert (done.nudges, done.digests, got(due.second)) == (2, 1, [1, 1, 1])
    assert hanging(due.first) == 1
    patience.set(due.first, PATIENCE)
    recovers(due, due.first, rounds)
    rounds.close()


def test_a_workspace_that_slack_asks_to_wait_keeps_no_other_waiting(due: Street) -> None:
    due.first.world.faults.add("*", "429", None, retry_after=30)
    rounds = WorkspacePool(due.services)
    done = rounds.run(due.clock.now)
    assert (done.nudges, done.digests, done.is_slack_slow) == (2, 1, True)
    assert len(due.first.world.calls_to("users.info")) == 1, "who is asked to wait does not ask on"
    recovers(due, due.first, rounds)
    rounds.close()


def test_a_wait_of_seconds_is_waited(due: Street) -> None:
    due.first.world.faults.add("users.info", "429", 1, retry_after=1)
    assert run_all(due.services, due.clock.now) == RunResult(nudges=4, digests=2)


def test_the_next_round_leaves_out_who_is_still_busy(due: Street) -> None:
    due.first.world.faults.add("users.info", "hang", MANY)
    rounds = WorkspacePool(due.services, patience=0.1)
    rounds.run(due.clock.now)
    assert due.second.wait_for(lambda: got(due.second) == [1, 1, 1])
    assert due.first.wait_for(lambda: hanging(due.first) == 1)
    due.clock.now += timedelta(minutes=1)
    calls = len(due.second.world.calls)
    assert rounds.run(due.clock.now).nudges == 0
    assert hanging(due.first) == 1
    assert due.first.world.calls_to("users.info") == []
    due.first.world.faults.clear()
    rounds.close()
    assert len(due.second.world.calls) == calls
    again = WorkspacePool(due.services)
    recovers(due, due.first, again)
    again.close()


def test_with_more_that_hang_than_threads_the_others_come_first_from_the_second_round_on(
    due: Street, patience: Patience
) -> None:
    slow = [due.first.neighbour(f"T0SLOW{number}") for number in range(MAX_WORKERS + 1)]
    for slack in slow:
        furnish(slack)
        hears(slack, due.endpoint)
        due.install(slack)
        prepare(due, slack)
        slack.world.faults.add("*", "hang", MANY)
        patience.set(slack, 0.3)
    late = due.first.neighbour("T0LATE")
    furnish(late)
    hears(late, due.endpoint)
    due.install(late)
    prepare(due, late)
    rounds = WorkspacePool(due.services)
    thread, _ = going(rounds, due)
    assert late.wait_for(lambda: got(late) == [1, 1, 1])
    assert max(hanging(slack) for slack in slow) == 1, "at worst it waits for one call that hangs"
    thread.join(PATIENCE)
    due.clock.now += timedelta(days=7)
    for slack in slow:
        patience.set(slack, PATIENCE)
    before = sum(hanging(slack) for slack in slow)
    thread, _ = going(rounds, due)
    assert late.wait_for(lambda: got(late) == [2, 2, 2])
    assert late.wait_for(lambda: sum(hanging(slack) for slack in slow) > before)
    assert thread.is_alive(), "it waits for none of them"
    for slack in slow:
        slack.world.faults.clear()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    rounds.close()


def test_one_whose_records_are_in_trouble_is_none_of_the_others(due: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = due.workspace_id(due.first)
    original = bot.notifications.claim._resume_expired_pauses

    def broken(services: object, team: object, now: object) -> None:
        if team.id == mine:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        original(services, team, now)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.notifications.claim, "_resume_expired_pauses", broken)
    done = WorkspacePool(due.services).run(due.clock.now)
    assert (done.nudges, done.digests, len(done.problems)) == (2, 1, 1)
    assert got(due.first) == [0, 0, 0]


def test_a_worker_that_is_told_to_stop_begins_nothing_new(due: Street) -> None:
    """What is in hand is finished; the pool's threads end with it."""
    due.first.world.faults.add("*", "latency", None, seconds=0.2)
    scheduler = start_scheduler(due.services)
    assert due.second.wait_for(lambda: got(due.second) == [1, 1, 1])
    scheduler.shutdown()
    assert due.first.wait_for(lambda: not [one for one in threading.enumerate() if one.name.startswith("round")])
    assert got(due.first) == [1, 1, 1]


def test_a_closed_pool_starts_nothing_and_fails_nobody(due: Street) -> None:
    """A tick that begins while the process stops has nothing to do."""
    rounds = WorkspacePool(due.services)
    rounds.close()
    assert rounds.run(due.clock.now) == RunResult()
    assert got(due.first) == [0, 0, 0]


def test_a_round_that_is_closed_ends_although_looks_are_queued(due: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has begun is finished, and the others are nobody's to wait for."""
    (team, planned), *_ = due.services.workspaces.due(due.clock.now)
    many = [(replace(team, id=1_000 + number), planned) for number in range(3 * MAX_WORKERS)]
    begun: list[int] = []
    go_on = threading.Event()

    def look(_services: object, one: Team, _now: object, _planned: object) -> RunResult:
        begun.append(one.id)
        go_on.wait(PATIENCE)
        return RunResult()

    monkeypatch.setattr("bot.notifications.pool.check_workspace", look)
    monkeypatch.setattr(type(due.services.workspaces), "due", lambda _self, _now: many)
    rounds = WorkspacePool(due.services)
    thread, _ = going(rounds, due)
    assert due.second.wait_for(lambda: len(begun) == MAX_WORKERS)
    rounds.close(wait_for_all=False)
    go_on.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(begun) == MAX_WORKERS
