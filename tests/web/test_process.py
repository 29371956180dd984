"""`tend web`, `tend run` and `tend worker` as processes of their own: how they start, serve and stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import func, select

from storage.engine import reading
from storage.tables import TrustRating
from tests.clockwork.office import Office
from tests.web.endpoint import Endpoint

ROOT = Path(__file__).parents[2]
TEND = [sys.executable, "-c", "from bot.cli import main; main()"]


@pytest.fixture
def environment(office: Office) -> dict[str, str]:
    office.partner("Acme Legal")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_APP_TOKEN": "xapp-stand-in",
        "SLACK_SIGNING_SECRET": "stand-in-secret",
        "SLACK_API_URL": office.slack.api_url,
        "DATABASE_URL": office.url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def started(name: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*TEND, name], env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_well(endpoint: Endpoint, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        try:
            if endpoint.ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("tend web did not come up")


def stopped(process: subprocess.Popen[str], sign: signal.Signals = signal.SIGTERM) -> float:
    """How long it takes to stop, in seconds."""
    at = time.monotonic()
    process.send_signal(sign)
    process.wait(10)
    return time.monotonic() - at


def rated(office: Office) -> int:
    with reading(office.engine) as session:
        return session.exec(select(func.count()).select_from(TrustRating)).one()


def test_tend_web_answers_commands_and_stops_when_told(office: Office, environment: dict[str, str]) -> None:
    with started("web", environment) as process:
        endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
        until_well(endpoint, process)
        answer = endpoint.command("/trust", "Acme Legal 4")
        assert (answer.status, rated(office)) == (200, 1)
        assert answer.seconds < 3
        assert Endpoint(endpoint.port, "forged").command("/trust", "Acme Legal 5").status == 401
        assert stopped(process) < 10
        assert "Traceback" not in process.communicate()[1]
    assert rated(office) == 1


def test_tend_run_answers_over_a_socket_ticks_and_stops_when_told(office: Office, environment: dict[str, str]) -> None:
    with started("run", environment) as process:
        assert process.stdout is not None
        assert "running" in process.stdout.readline()
        seen = office.slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
        assert (seen.error, rated(office)) == (None, 1)
        assert stopped(process, signal.SIGINT) < 10
        assert process.returncode == 0


def test_tend_worker_stops_when_told(environment: dict[str, str]) -> None:
    with started("worker", environment) as process:
        assert process.stdout is not None
        assert "ticking" in process.stdout.readline()
        assert stopped(process) < 10
        assert process.returncode == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong-4711"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"PORT": "http"}, "PORT"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_start_with_one_line(
    environment: dict[str, str], changed: dict[str, str], said: str
) -> None:
    with started("web", environment | changed) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err
    assert "4711" not in err
