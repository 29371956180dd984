"""A folder outside the checkout in which the installed `tend` is used, with an environment of its own."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.fake_slack import FakeSlack, HttpConnection
from tests.web.conftest import unused_port
from tests.web.endpoint import Endpoint

PATIENCE = 120
"""Seconds. What takes longer is stuck, on whatever machine."""

SIGNING = "stand-in-secret"


def until(what: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait for a condition, as long as the process lives."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert process.poll() is None, "tend ended"
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@dataclass
class Place:
    """Where `tend` is installed, where it runs, and the stand-in it is pointed to."""

    programs: Path
    folder: Path
    slack: FakeSlack
    port: int = field(default_factory=unused_port)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of this process's own."""
        return {
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "SLACK_BOT_TOKEN": "xoxb-stand-in",
            "SLACK_APP_TOKEN": "xapp-stand-in",
            "SLACK_SIGNING_SECRET": SIGNING,
            "SLACK_API_URL": self.slack.api_url,
            "PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
        }

    def tend(self, *words: object, **variables: str) -> str:
        """What a command prints; anything on the standard error, or another exit code than 0, fails."""
        return self.ran([self.programs / "tend", *words], **variables)

    def ran(self, words: list[object], **variables: str) -> str:
        done = subprocess.run(
            list(map(str, words)),
            env=self.environment | variables,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stderr) == (0, ""), (words, done)
        return done.stdout

    @contextmanager
    def started(self, *words: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """A program that runs until it is told to stop, which it must do well and without a complaint."""
        complaints = self.folder / f"{words[0]}.log"
        with complaints.open("w") as log:
            process = subprocess.Popen(
                [str(self.programs / "tend"), *words],
                env=self.environment | variables,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
            print(complaints.read_text())  # pytest shows it where the test fails
        assert (process.returncode, complaints.read_text()) == (0, "")

    @contextmanager
    def web(self, **variables: str) -> Iterator[Endpoint]:
        """`tend web`, once it says that it is well."""
        with self.started("web", **variables) as process:
            endpoint = Endpoint(self.port, SIGNING)
            until(lambda: answers(endpoint), process)
            self.slack.link = HttpConnection(f"http://127.0.0.1:{self.port}/slack/events", SIGNING, limit=PATIENCE)
            yield endpoint

    def listed(self) -> str:
        """What `/partner list` shows: a table, which is sent to the address that Slack gave with the command."""
        return "".join(
            seen.visible_text for seen in self.slack.command("U1", "/partner", "list", channel="C1").ephemerals
        )


def answers(endpoint: Endpoint) -> bool:
    try:
        return endpoint.ask("GET", "/healthz").status == 200
    except OSError:
        return False
