"""What Tend does at its start while Slack or the database is not up yet."""

import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bot.process.startup import FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS, PATIENCE_SECONDS, wait_for
from bot.web.listen import listen
from storage.db.startup import passing_connection_problem
from tests.patience import PATIENCE
from tests.web.conftest import unused_port
from tests.web.processes import ROOT, TEND


class Passing(Exception):
    """An error that may pass."""


def passing(error: Exception) -> str | None:
    return str(error) if isinstance(error, Passing) else None


class Waiting:
    """A clock that runs only while something waits, and the pauses."""

    def __init__(self) -> None:
        self.now, self.pauses = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def wait(self, attempt: Callable[[], str]) -> str:
        return wait_for("the database", attempt, passing, sleep=self.sleep, clock=lambda: self.now)


def failing(*errors: Exception) -> Callable[[], str]:
    left: Iterator[Exception] = iter(errors)

    def attempt() -> str:
        for error in left:
            raise error
        return "done"

    return attempt


def test_each_reason_is_logged_once_and_the_pauses_grow(caplog: pytest.LogCaptureFixture) -> None:
    waiting = Waiting()
    assert waiting.wait(failing(*[Passing("refused")] * 7, Passing("starting up"))) == "done"
    assert waiting.pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert [record.getMessage() for record in caplog.records] == [
        "waiting for the database, for 600 more seconds at most: refused",
        "waiting for the database, for 509 more seconds at most: starting up",
        "the database can be reached, after 121 seconds",
    ]


def test_what_is_there_at_once_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    waiting = Waiting()
    assert waiting.wait(failing()) == "done"
    assert (waiting.pauses, caplog.records) == ([], [])


def test_it_does_not_wait_for_ever() -> None:
    waiting = Waiting()
    with pytest.raises(Passing):
        waiting.wait(failing(*[Passing("refused")] * 1000))
    assert waiting.now == PATIENCE_SECONDS
    assert max(waiting.pauses) == MAX_PAUSE_SECONDS
    assert waiting.pauses[0] == FIRST_PAUSE_SECONDS


def test_what_waiting_does_not_mend_fails_at_once() -> None:
    waiting = Waiting()
    with pytest.raises(ZeroDivisionError):
        waiting.wait(failing(ZeroDivisionError()))
    assert waiting.pauses == []


@pytest.mark.parametrize(
    ("text", "is_passing"),
    [
        ('connection failed: connection to server at "127.0.0.1", port 5432 failed: Connection refused', True),
        ("connection failed: FATAL:  the database system is starting up", True),
        ("connection failed: FATAL:  sorry, too many clients already", True),
        ('connection failed: FATAL:  password authentication failed for user "tend"', False),
        ('connection failed: FATAL:  database "tend" does not exist', False),
    ],
)
def test_a_database_that_is_not_up_is_told_from_one_that_refuses(text: str, is_passing: bool) -> None:
    error = OperationalError("SELECT 1", {}, psycopg.OperationalError(text))
    assert (passing_connection_problem(error) is not None) is is_passing


def test_a_sqlite_file_is_not_waited_for() -> None:
    import sqlite3

    assert passing_connection_problem(OperationalError("", {}, sqlite3.OperationalError("unable to open"))) is None


# -- as processes


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_APP_TOKEN": "xapp-stand-in",
        "SLACK_SIGNING_SECRET": "stand-in-secret",
        "SLACK_API_URL": f"http://127.0.0.1:{unused_port()}/api/",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'tend.db'}",
        "PORT": str(unused_port()),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "changed", "name"),
    [
        ("run", {}, "waiting for Slack"),
        ("worker", {}, "waiting for Slack"),
        ("run", {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/db"}, "waiting for the database"),
        ("web", {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/db"}, "waiting for the database"),
        ("worker", {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/db"}, "waiting for the database"),
    ],
)
def test_a_start_that_waits_stops_when_told(
    variables: dict[str, str], tmp_path: Path, command: str, changed: dict[str, str], name: str
) -> None:
    process = subprocess.Popen(
        [*TEND, command],
        env=variables | changed,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(line)
            if name in line:
                break
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate()
    finally:
        watch.cancel()
    assert name in lines[-1], lines
    assert "efused" in lines[-1]
    assert (process.returncode, rest) == (0, "")
    assert "hunter2" not in "".join(lines)


# -- where it listens


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_two_colons_mean_every_address() -> None:
    with listen("PORT", "::", 0) as server:
        port = server.getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port), timeout=PATIENCE).close()
