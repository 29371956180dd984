"""A workspace seeded as of an instant, and the demo being served."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from sqlalchemy import Engine

from bot.clock import Clock, system_clock
from bot.demo import serve
from bot.demo.seed import seed
from bot.demo.workspace import ZONE
from bot.workspace.team import Team
from storage.db.engine import make_engine, writing
from storage.migrate import migrate
from storage.workspaces import workspaces

OPEN = build_opener(ProxyHandler({})).open


@dataclass
class Seeded:
    """A database with the made-up workspace in it."""

    engine: Engine
    team: Team
    now: datetime


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "tend.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path.read_bytes()


@pytest.fixture(scope="module")
def seeded(migrated: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[datetime], Seeded]]:
    """Makes a workspace as of an instant."""
    engines: list[Engine] = []

    def make(now: datetime) -> Seeded:
        path = tmp_path_factory.mktemp("seeded") / "tend.db"
        path.write_bytes(migrated)
        engine = make_engine(f"sqlite:///{path}")
        engines.append(engine)
        with writing(engine) as session:
            row = workspaces.connect(session, team_id="T0TEND", now=now)
            row.timezone, row.digest_channel = ZONE, "C0PARTNERS"
            session.add(row)
            session.flush()
            team = Team.of(row)
        seed(engine, team, now)
        return Seeded(engine, team, now)

    yield make
    for engine in engines:
        engine.dispose()


@dataclass
class Demo:
    """`serve` in a thread, and its page."""

    options: dict[str, Any]
    told: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = 0.0
    """Seconds of the processor that starting took: beside other tests the clock on the wall tells of them, too."""
    _ready: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Demo":
        begun = time.process_time()
        self.thread = threading.Thread(
            target=serve, kwargs={"announce": self.announce, "stop": self.stop, **self.options}
        )
        self.thread.start()
        assert self._ready.wait(15), "the demo did not start"
        self.started = time.process_time() - begun
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.thread.join(15)

    def announce(self, line: str) -> None:
        self.told.append(line)
        self._ready.set()

    @property
    def url(self) -> str:
        return next(word for word in self.told[0].split() if word.startswith("http://"))

    def get(self, user: str, at: str) -> str:
        with OPEN(f"{self.url}?as={user}&at={at}") as answer:
            return str(answer.read().decode())

    def act(self, name: str, **body: str) -> Any:
        data = json.dumps(body).encode()
        with OPEN(Request(f"{self.url}page/{name}", data, {"Content-Type": "application/json"})) as answer:
            return json.loads(answer.read())


def from_instant(instant: str) -> Clock:
    """A clock that shows `instant` now and goes on from there."""
    begun, shown = system_clock(), datetime.fromisoformat(instant)
    return lambda: shown + (system_clock() - begun)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One demo, on a Wednesday, for all tests that only look, or write what no other looks at.

    Not longer: its connection draws random numbers, and Hypothesis takes that for a strategy's doing.
    """
    with Demo({"clock": from_instant("2026-11-25T14:00+00:00")}) as served:
        yield served
