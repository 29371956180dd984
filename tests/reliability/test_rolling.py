"""Two `tend web`, of which one is restarted after the other, as the page on installing describes it."""

import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.clock import system_clock
from bot.fake_slack import FakeSlack
from storage.tables import Activity
from tests.notifications.office import open_office
from tests.patience import PATIENCE, until
from tests.reliability.databases import Fresh
from tests.reliability.event_kills import SECRET, WebProcess, environment
from tests.web.endpoint import Endpoint
from tests.web.processes import UNHURRIED

pytestmark = pytest.mark.slow

TYPISTS, RESTARTS, BETWEEN = 3, 2, 12
PAUSE = 0.05


@dataclass
class Stream:
    """Commands, one after the other from each of a few people, through a proxy that asks the next server where one
    does not listen.
    """

    servers: tuple[WebProcess, ...]
    over: threading.Event = field(default_factory=threading.Event)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    answers: dict[str, str] = field(default_factory=dict)

    def type(self) -> None:
        while not self.over.is_set():
            title = f"Meetup{next(self.numbers)}"
            self.answers[title] = self._ask(title)
            self.over.wait(PAUSE)

    def _ask(self, title: str) -> str:
        """The answer, or what went wrong."""
        for server in itertools.islice(itertools.cycle(self.servers), next(self.numbers) % 2, None):
            try:
                return Endpoint(server.place, SECRET).command("/event", f"Acme Legal {title}").text
            except ConnectionRefusedError:
                if self.over.is_set():
                    return "refused"
            except OSError as error:
                return repr(error)
        raise AssertionError


def test_no_command_is_lost_while_one_server_after_the_other_is_restarted(
    unhurried: FakeSlack, fresh: Fresh, tmp_path: Path
) -> None:
    url = fresh()
    office = open_office(unhurried, url)
    unhurried.world.clock = system_clock
    office.partner("Acme Legal")
    with (tmp_path / "web.log").open("wb", buffering=0) as log:
        servers = tuple(WebProcess(environment(unhurried, url), log, UNHURRIED) for _ in range(2))
        stream = Stream(servers)
        threads = [threading.Thread(target=stream.type, daemon=True) for _ in range(TYPISTS)]
        try:
            for server in servers:
                server.start()
            for thread in threads:
                thread.start()
            for server in itertools.islice(itertools.cycle(servers), RESTARTS):
                known = len(stream.answers)
                until(lambda known=known: len(stream.answers) >= known + BETWEEN)  # type: ignore[misc]
                server.stop()
                assert server.process is not None
                assert server.process.returncode == 0
                server.start()
            stream.over.set()
            for thread in threads:
                thread.join(PATIENCE)
        finally:
            stream.over.set()
            for server in servers:
                server.kill()
    with Session(office.engine) as session:
        rows = Counter(row.title for row in session.exec(select(Activity)))
    office.close()
    assert {title: text for title, text in stream.answers.items() if title not in text} == {}
    assert rows == Counter(list(stream.answers))
    print(f"restarts {RESTARTS}, commands {len(stream.answers)}")
