"""`tend mail` as a process that is killed again and again, and how mail is sent to it."""

import os
import signal
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import IO

from tests.patience import PATIENCE
from tests.web.processes import ROOT, TEND

READY = "Tend takes mail on "


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


def mail_to(address: str, trust: ssl.SSLContext) -> Callable[[int, EmailMessage], bool]:
    """Return what sends a mail there. It is taken if the server said 250 to all of it."""

    def send(port: int, message: EmailMessage) -> bool:
        client = smtplib.SMTP("localhost", port, local_hostname="mx.fairweather.example", timeout=PATIENCE)
        try:
            client.starttls(context=trust)
            client.sendmail("ana@fairweather.example", [address], bytes(message))
        finally:
            client.close()
        return True

    return send


def environment(url: str, host: str, temporary: Path) -> dict[str, str]:
    """What `tend mail` is started with."""
    return os.environ | {
        "DATABASE_URL": url,
        "TEND_MAIL_HOST": host,
        "LOG_LEVEL": "DEBUG",
        "TMPDIR": str(temporary),
    }
