"""Told to stop, a process finishes what it has in hand, begins nothing new, and is gone within ten seconds."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import update

from bot.cli import serve as cli_running
from storage.db.engine import writing
from storage.tables import Delivery
from tests.notifications.office import LEASE, Office
from tests.patience import PATIENCE, until
from tests.web.endpoint import Endpoint
from tests.web.processes import UNHURRIED, rated, started, stopped, until_well

pytestmark = pytest.mark.slow


def test_what_hangs_is_left_before_ten_seconds_are_over() -> None:
    """So long it is waited for; the tests below see that a process ends while it hangs."""
    assert cli_running.GRACE_SECONDS + cli_running.CLOSE_SECONDS < 10


@pytest.fixture
def due(office: Office) -> Office:
    """Two owners whose nudges are due at any hour of any day."""
    today = datetime.now(UTC).date()
    office.settle(nudge_hour="0", quiet_hour="24", working_days="mon-sun", timezone="UTC")
    for name, owner in (("Birch", "U1"), ("Cedar", "U2")):
        office.partner(name, owner, since=today - timedelta(days=100))
    office.slack.clock = None
    return office


def slow(office: Office, method: str, **where: str) -> None:
    """The next call of a method takes until all is well again."""
    office.slack.world.faults.add(method, "latency", seconds=10 * PATIENCE, where=where)


def well(office: Office) -> None:
    office.slack.world.faults.clear()


def refused(endpoint: Endpoint) -> bool:
    """Whether nobody listens any more."""
    try:
        endpoint.ask("GET", "/healthz")
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def taken(office: Office) -> bool:
    """Whether the slow call has come."""
    return not office.slack.world.faults.waiting()


def test_a_command_in_hand_is_answered_over_http(office: Office, environment: dict[str, str]) -> None:
    with started("web", environment) as process, ThreadPoolExecutor() as pool:
        endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
        until_well(endpoint, process)
        slow(office, "users.info", user="U2")
        asked = pool.submit(endpoint.command, "/trust", "Acme Legal 4", user="U2")
        until(lambda: taken(office))
        process.send_signal(signal.SIGTERM)
        until(lambda: refused(endpoint))
        well(office)
        assert asked.result().status == 200
        assert "Acme Legal" in asked.result().words
        process.wait(PATIENCE)
        assert process.returncode == 0
    assert rated(office) == 1


def test_a_command_in_hand_is_answered_over_a_socket(office: Office, environment: dict[str, str]) -> None:
    with started("run", environment, UNHURRIED) as process, ThreadPoolExecutor() as pool:
        assert process.stdout
        assert "running" in process.stdout.readline()
        slow(office, "users.info", user="U2")
        asked = pool.submit(office.slack.command, "U2", "/trust", "Acme Legal 4", channel="C1")
        until(lambda: taken(office))
        process.send_signal(signal.SIGTERM)
        time.sleep(2)  # which it hears of in a moment, and shows nobody
        begun = pool.submit(office.slack.command, "U2", "/trust", "Acme Legal 5", channel="C1")
        time.sleep(1)
        well(office)
        assert asked.result().error is None
        assert begun.result().error is not None
        process.wait(PATIENCE)
        assert process.returncode == 0
    assert rated(office) == 1


@pytest.mark.parametrize("name", ["worker", "run"])
def test_a_nudge_in_hand_is_posted_and_marked_and_the_next_is_not_begun(
    due: Office, environment: dict[str, str], name: str
) -> None:
    slow(due, "chat.postMessage")
    with started(name, environment) as process:
        until(lambda: taken(due))
        process.send_signal(signal.SIGTERM)
        time.sleep(2)  # which it hears of in a moment, and shows nobody
        well(due)
        process.wait(PATIENCE)
        assert process.returncode == 0
    (row,) = due.all_deliveries()
    assert (row.state, row.recipient, row.attempts) == ("sent", "U1", 1)
    assert (len(due.nudges("U1")), len(due.nudges("U2"))) == (1, 0)
    assert due.nudges("U1")[0].ts == row.message_ts


def test_a_slack_that_hangs_does_not_hold_up_the_end_and_what_was_left_is_sent_once(
    due: Office, environment: dict[str, str]
) -> None:
    slow(due, "chat.postMessage")
    with started("worker", environment) as process:
        until(lambda: taken(due))
        stopped(process)
        assert process.returncode == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
    (row,) = due.all_deliveries()
    assert row.state == "claimed"
    with writing(due.engine) as session:  # a while ago
        session.exec(update(Delivery).values(claimed_at=row.claimed_at - LEASE))
    assert due.at(datetime.now(UTC)).nudges == 2
    assert (len(due.nudges("U1")), len(due.nudges("U2"))) == (1, 1)


@pytest.mark.parametrize("name", ["web", "run"])
def test_a_command_that_hangs_does_not_hold_up_the_end(office: Office, environment: dict[str, str], name: str) -> None:
    slow(office, "users.info", user="U2")
    with started(name, environment) as process, ThreadPoolExecutor() as pool:
        assert process.stdout
        if name == "web":
            endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
            until_well(endpoint, process)
            pool.submit(endpoint.command, "/trust", "Acme Legal 4", user="U2")
        else:
            assert "running" in process.stdout.readline()
            pool.submit(office.slack.command, "U2", "/trust", "Acme Legal 4", channel="C1")
        until(lambda: taken(office))
        stopped(process)
        assert process.returncode == 0
    assert rated(office) == 0


def test_told_to_stop_while_it_starts_it_stops(office: Office, environment: dict[str, str]) -> None:
    slow(office, "auth.test")
    with started("worker", environment) as process:
        until(lambda: taken(office))
        stopped(process)
        assert process.returncode == 0
