"""`tend web` as a process that is killed again and again, and the events that Slack sends it until it hears 200."""

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import IO

from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest, HttpConnection
from bot.fake_slack.user import payloads
from tests.patience import PATIENCE, until
from tests.web.conftest import unused_port
from tests.web.endpoint import Endpoint
from tests.web.processes import ROOT, TEND

SECRET = "stand-in-secret"


@dataclass
class WebProcess:
    """`tend web`, started again after each kill; `port` is None while it is down."""

    environment: Mapping[str, str]
    log: IO[bytes]
    program: Sequence[str] = tuple(TEND)
    port: int | None = None
    process: subprocess.Popen[bytes] | None = None
    place: int = field(default_factory=unused_port)

    def start(self) -> None:
        environment = dict(self.environment) | {"PORT": str(self.place)}
        self.process = subprocess.Popen(
            [*self.program, "web"], cwd=ROOT, env=environment, stdout=self.log, stderr=self.log
        )
        until(self._is_up)
        self.port = self.place

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "tend web did not come up"
        with suppress(OSError):
            return Endpoint(self.place, SECRET).ask("GET", "/livez").status == 200
        return False

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait for its end."""
        self.port = None
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(PATIENCE)


def environment(slack: FakeSlack, url: str) -> dict[str, str]:
    """What `tend web` is started with."""
    return os.environ | {
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": url,
        "LOG_LEVEL": "WARNING",
    }


def message(slack: FakeSlack, channel: str, at: datetime, *, ours: bool) -> BotRequest:
    """Somebody writes in a channel that is shared with others."""
    inner = {
        "type": "message", "channel_type": "channel", "channel": channel, "text": "Nobody may know",
        "ts": f"{at.astimezone(UTC).timestamp():.6f}", "user": "U1" if ours else "U0THEIRS",
        "user_team": slack.world.team_id if ours else "T0ELSEWHERE",
    }  # fmt: skip
    return BotRequest("events_api", payloads.event(slack.world, inner, slack.world.fresh_id("Ev"), ext_shared=True))


def send_events() -> Callable[[int, BotRequest], bool]:
    """Return what sends an event: taken if it is answered with 200."""
    tries, lock = Counter[str](), threading.Lock()

    def send(port: int, delivery: BotRequest) -> bool:
        event_id = str(delivery.payload["event_id"])
        with lock:
            number = tries[event_id]
            tries[event_id] += 1
        again = replace(delivery, retry_num=number, retry_reason="http_error") if number else delivery
        return HttpConnection(Endpoint(port, SECRET).url, SECRET, PATIENCE).send(again).status == 200

    return send
