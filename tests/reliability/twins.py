"""Two processes that serve one workspace and are given the same request of Slack's at the same moment."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier

from bot.app import create_app
from bot.config import Settings
from bot.fake_slack import InProcessConnection
from bot.fake_slack.transport.link import BotRequest, BotResponse
from bot.services import Services
from storage.db.engine import make_engine
from tests.listeners.office import NOW
from tests.patience import PATIENCE, take_time

SECRET = "stand-in-secret"


@dataclass(frozen=True)
class Request:
    """What Slack sends, and where Tend is to find its records and Slack."""

    delivery: BotRequest
    url: str
    api_url: str
    now: datetime = NOW


def serve(requests: Connection, gate: Barrier) -> None:
    """Answer one request after the other, each when the twin has it too."""
    take_time()
    while (request := requests.recv()) is not None:
        settings = Settings(slack_bot_token="xoxb-stand-in", slack_signing_secret=SECRET, slack_api_url=request.api_url)
        services = Services.build(settings, make_engine(request.url), lambda now=request.now: now)
        app = create_app(services)
        services.workspaces.teams()
        gate.wait(PATIENCE)
        requests.send(InProcessConnection(app, SECRET).send(request.delivery))
        services.engine.dispose()


@dataclass(frozen=True)
class Twins:
    """The two, with a line to each."""

    lines: tuple[Connection, ...]

    def both(self, request: Request) -> list[BotResponse]:
        """What each answers to the same request at the same moment."""
        for line in self.lines:
            line.send(request)
        return [line.recv() for line in self.lines]


@contextmanager
def twins() -> Iterator[Twins]:
    """Two running processes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.twins"])
    gate, lines, processes = context.Barrier(2), [], list[ForkServerProcess]()
    for _ in range(2):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=serve, args=(theirs, gate), daemon=True))
        processes[-1].start()
        theirs.close()
        lines.append(ours)
    try:
        yield Twins(tuple(lines))
        for line in lines:
            line.send(None)
    finally:
        for process, line in zip(processes, lines, strict=True):
            process.join(PATIENCE)
            process.kill()
            process.join()
            process.close()
            line.close()


@dataclass
class Caught:
    """A link on which requests get no further than here."""

    deliveries: list[BotRequest] = field(default_factory=list)

    def send(self, delivery: BotRequest) -> BotResponse:
        self.deliveries.append(delivery)
        return BotResponse(200, "", 0.0)
