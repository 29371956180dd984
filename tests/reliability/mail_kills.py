"""`tend mail` as a process that is killed again and again, and a mail server that sends until it hears 250."""

import os
import signal
import smtplib
import ssl
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import IO

from tests.patience import PATIENCE, until
from tests.web.processes import ROOT, TEND

READY = "Tend takes mail on "
PAUSE = 0.02
LONGEST_PAUSE = 0.03


@dataclass
class MailProcess:
    """`tend mail`, started again after each kill; `port` is None while it is down."""

    environment: Mapping[str, str]
    pem: Path
    log: IO[bytes]
    port: int | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*TEND, "mail", "--port", "0", "--certificate", str(self.pem)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=dict(self.environment), stdout=subprocess.PIPE, stderr=self.log
        )
        assert self.process.stdout is not None
        for line in iter(self.process.stdout.readline, b""):
            self.log.write(line)
            if line.startswith(READY.encode()):
                self.port = int(line.split(b"port ")[1].split(b".")[0])
                return
        raise AssertionError("tend mail did not come up")

    def kill(self) -> None:
        self.port = None
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            assert self.process.stdout is not None
            self.process.stdout.close()


@dataclass
class Sender:
    """Sends each mail until it is answered with 250; several may share what is left."""

    server: MailProcess
    trust: ssl.SSLContext
    to: str
    waiting: list[EmailMessage] = field(default_factory=list)
    closed: bool = False
    accepted: set[str] = field(default_factory=set)
    attempts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.lock:
                message = self.waiting.pop() if self.waiting else None
                if message is None and self.closed:
                    return
            if message is None:
                time.sleep(PAUSE)
                continue
            while not self.deliver(message) and time.monotonic() < end:
                time.sleep(PAUSE)

    def deliver(self, message: EmailMessage) -> bool:
        """Try once. Return whether the server said 250 to the whole mail."""
        if (port := self.server.port) is None:
            return False
        with self.lock:
            self.attempts += 1
        with suppress(smtplib.SMTPException, OSError):
            client = smtplib.SMTP("localhost", port, local_hostname="mx.fairweather.example", timeout=PATIENCE)
            try:
                client.starttls(context=self.trust)
                client.sendmail("ana@fairweather.example", [self.to], bytes(message))
                with self.lock:
                    self.accepted.add(str(message["Message-ID"]))
            finally:
                client.close()
            return True
        return False


def kill_at_random(
    server: MailProcess, sender: Sender, random: Random, messages: Sequence[EmailMessage], kills: int
) -> None:
    """Hand out a batch of messages for each kill; kill the server after a few attempts and a moment, start it again."""
    for number in range(kills):
        batch = messages[number::kills]
        with sender.lock:
            wanted = sender.attempts + random.randint(2, len(batch) - 1)
            sender.waiting.extend(batch)
        until(lambda wanted=wanted: sender.attempts >= wanted)  # type: ignore[misc]
        time.sleep(random.random() * LONGEST_PAUSE)
        server.kill()
        server.start()
    sender.closed = True


def environment(url: str, host: str, temporary: Path) -> dict[str, str]:
    """What `tend mail` is started with."""
    return os.environ | {
        "DATABASE_URL": url,
        "TEND_MAIL_HOST": host,
        "LOG_LEVEL": "DEBUG",
        "TMPDIR": str(temporary),
    }
