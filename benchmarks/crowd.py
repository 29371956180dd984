"""A crowd of clients that send commands to one or several `tend web`, and what they were answered."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count

from sqlmodel import col, func, select

from benchmarks.commands import SECRET, TEAM, payload_of
from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import at_share
from benchmarks.processes import TEND, running
from benchmarks.serving import free_port, wait_for
from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest, encode
from bot.slack.manifest import build_manifest
from bot.web.fair_share import BUSY
from storage.db.engine import make_engine, reading
from storage.tables import Activity

TITLE = "In a crowd"
_NUMBERS = count(1)  # another title for each command, as an open lead is updated where it is named again


@dataclass(slots=True)
class Answers:
    """The milliseconds of each command that was recorded, how many were told to try again, and what went wrong."""

    taken: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.taken) / self.seconds

    @property
    def p99(self) -> float:
        return at_share(self.taken, 0.99)


@dataclass(frozen=True, slots=True)
class Serving:
    """Running processes that serve one database. `pids` and `ports` are in the same order."""

    url: str
    partners: int
    ports: Sequence[int]
    pids: Sequence[int]

    def ask(self, clients: int, *, seconds: float = 0, commands: int = 0, processes: int = 0) -> Answers:
        """Let clients send commands for some seconds, or so many in all, to the first so many processes."""
        answers, left, ends = Answers(), count(1), time.perf_counter() + seconds
        ports = self.ports[: processes or len(self.ports)]

        def goes_on() -> bool:
            return next(left) <= commands if commands else time.perf_counter() < ends

        threads = [
            threading.Thread(target=_client, args=(ports[place % len(ports)], self.partners, goes_on, answers))
            for place in range(clients)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answers.seconds = time.perf_counter() - began
        return answers

    def recorded(self) -> int:
        """Count the rows of all crowds."""
        engine = make_engine(self.url)
        with reading(engine) as session:
            found = session.exec(select(func.count()).where(col(Activity.title).startswith(TITLE))).one()
        engine.dispose()
        return found

    def must_have_recorded(self, rounds: Sequence[Answers]) -> str:
        """Check that nothing was lost or recorded twice. Return the numbers in words, or raise RuntimeError.

        A machine on which 64 commands take longer than two seconds refuses some.
        """
        problems = [problem for answers in rounds for problem in answers.problems]
        if problems:
            raise RuntimeError(f"{len(problems)} went wrong: {problems[0]}")
        answered, rows = sum(len(answers.taken) for answers in rounds), self.recorded()
        if answered != rows:
            raise RuntimeError(f"{answered:,} commands were answered, and {rows:,} rows are there")
        refused = sum(len(answers.refused) for answers in rounds)
        return f"{rows:,} recorded, {rows:,} rows, {f'{refused:,}' if refused else 'none'} refused"


@contextmanager
def serving_at(url: str, partners: int, processes: int = 1) -> Iterator[Serving]:
    """Serve a ledger from so many processes."""
    ports = [free_port() for _ in range(processes)]
    with ExitStack() as stack:
        slack = stack.enter_context(FakeSlack(team_id=TEAM, clock=clock))
        slack.install(build_manifest())
        slack.world.add_person(OWNER, "ana")
        settings = {
            "SLACK_BOT_TOKEN": slack.keys.bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": url,
        }
        pids = []
        for port in ports:
            pids.append(stack.enter_context(running([*TEND, "web"], settings | {"PORT": str(port)})).pid)
            wait_for(port)
        yield Serving(url, partners, ports, pids)


def _client(port: int, partners: int, goes_on: Callable[[], bool], answers: Answers) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while goes_on():
        number = next(_NUMBERS)
        text = f"from {name_of(1 + number * 7 % partners)} {TITLE} {number} 5k met"
        headers, body = encode(BotRequest("slash_commands", payload_of("/referral", text)), SECRET)
        started = time.perf_counter()
        try:
            connection.request("POST", "/slack/events", body.encode(), headers)
            answer = connection.getresponse()
            told = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            answers.problems.append(repr(error))
            connection.close()
            continue
        if answer.status == 200 and BUSY in told:
            answers.refused.append(told)
        elif answer.status != 200 or "Recorded" not in told:
            answers.problems.append(f"{answer.status} {told}"[:200])
        else:
            answers.taken.append((time.perf_counter() - started) * 1000)
    connection.close()
