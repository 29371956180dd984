"""`tend` as a process of its own, and what a test waits for."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlmodel import func, select

from storage.db.engine import reading
from storage.tables import TrustRating
from tests.notifications.office import Office
from tests.patience import PATIENCE, until
from tests.web.endpoint import Endpoint

ROOT = Path(__file__).parents[2]
UNHURRIED = [
    sys.executable,
    "-c",
    f"import bot.app as app; app.WAIT_SECONDS = app.ANSWER_SECONDS = {PATIENCE}; from bot.cli import main; main()",
]
"""Tend in which a command may take as long as a test lets it."""
TEND = [sys.executable, "-c", "from bot.cli import main; main()"]


@contextmanager
def started(
    name: str, environment: Mapping[str, str], program: Sequence[str] = TEND
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*program, name], env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_well(endpoint: Endpoint, process: subprocess.Popen[str]) -> None:
    def well() -> bool:
        assert process.poll() is None, "tend did not come up"
        with suppress(OSError):
            return endpoint.ask("GET", "/healthz").status == 200
        return False

    until(well)


def stopped(process: subprocess.Popen[str], sign: signal.Signals = signal.SIGTERM) -> None:
    """It stops by itself, whatever still hangs."""
    process.send_signal(sign)
    process.wait(PATIENCE)


def rated(office: Office) -> int:
    with reading(office.engine) as session:
        return session.exec(select(func.count()).select_from(TrustRating)).one()
