"""`tend` as a process of its own, and what a test waits for."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import func, select

from storage.db.engine import reading
from storage.tables import TrustRating
from tests.notifications.office import Office
from tests.web.endpoint import Endpoint

ROOT = Path(__file__).parents[2]
TEND = [sys.executable, "-c", "from bot.cli import main; main()"]


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


def until(what: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def until_well(endpoint: Endpoint, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        try:
            if endpoint.ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("tend did not come up")


def stopped(process: subprocess.Popen[str], sign: signal.Signals = signal.SIGTERM, within: float = 10) -> float:
    """How long it takes to stop, in seconds."""
    at = time.monotonic()
    process.send_signal(sign)
    process.wait(within)
    return time.monotonic() - at


def rated(office: Office) -> int:
    with reading(office.engine) as session:
        return session.exec(select(func.count()).select_from(TrustRating)).one()
