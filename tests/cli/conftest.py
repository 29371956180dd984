"""`tend` as it is typed: in this process, with an environment and a database of the test's own."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import bot.cli.setup
import bot.services
from bot.cli.main import main
from bot.config import Settings
from bot.fake_slack import FakeSlack
from bot.process.log_config import LIBRARY_LOGGERS, OUR_LOGGERS
from bot.slack.manifest import build_manifest
from storage.db.engine import make_engine

_filled: list[bytes] = []
GOLDEN = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def line(self) -> str:
        """Its one complaint. More than one line, a traceback or another exit code fails."""
        assert (self.code, len(self.err.splitlines())) == (2, 1), self
        assert self.err.startswith("tend: "), self
        return self.err.strip()


Tend = Callable[..., Ran]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Nothing of the machine's own settings; an empty folder to work in. The database's address."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")  # where nobody answers: no test asks Slack itself
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture(autouse=True)
def process_as_it_was() -> Iterator[None]:
    """A command has its process to itself, and sets up signals and logs; here others follow."""
    names = (None, *OUR_LOGGERS, *LIBRARY_LOGGERS)
    levels = {name: logging.getLogger(name).level for name in names}
    handlers, sigterm, hook = list(logging.root.handlers), signal.getsignal(signal.SIGTERM), threading.excepthook
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.root.handlers[:] = handlers
    logging.captureWarnings(False)
    signal.signal(signal.SIGTERM, sigterm)
    threading.excepthook = hook


@pytest.fixture
def tend(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tend:
    """Run a command line."""
    made: list[Engine] = []

    def kept(url: str) -> Engine:
        made.append(make_engine(url))
        return made[-1]

    monkeypatch.setattr(bot.cli.setup, "make_engine", kept)
    monkeypatch.setattr(bot.services, "make_engine", kept)

    def run(*words: Any) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["tend", *map(str, words)])
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            while made:  # as the end of a process does
                made.pop().dispose()
        told = capsys.readouterr()
        return Ran(int(code or 0), told.out, told.err)

    return run


@pytest.fixture
def filled(tend: Tend, tmp_path: Path) -> Tend:
    """With the worked cases imported: once a process, and copied after that."""
    database = tmp_path / "cli.db"
    if not _filled:
        for kind in ("partners", "activities", "trust"):
            assert tend("import", kind, GOLDEN / f"{kind}.csv").code == 0
        _filled.append(database.read_bytes())
    else:
        database.touch(0o600)
        database.write_bytes(_filled[0])
    return tend


@pytest.fixture(scope="package")
def running() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture
def slack(running: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    """A stand-in that the environment points to."""
    running.clock = None
    world = running.reset()
    running.install(build_manifest())
    world.add_person("U1", "ana")
    world.add_channel("C1", "partners", members=["U1"])
    world.add_channel("CSHARED", "with-acme", is_ext_shared=True, members=["U1"])
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-stand-in")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "stand-in-secret")
    monkeypatch.setenv("SLACK_API_URL", running.api_url)
    monkeypatch.setenv("PORT", "0")  # whatever else listens on this machine
    return running
