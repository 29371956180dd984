"""Private links for people outside: who has one may answer one question, and nobody can make one up.

Cryptography is imported by whoever makes or reads one: it takes 6 MB, and a Tend without an address has no links.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

LASTS = timedelta(days=30)
PATH = "/their-view"
CALENDAR = "/calendar"
STEP = f"{CALENDAR}/step"
PURPOSE = b"tend: link to say how far you trust us, 1"
PURPOSE_STEP = b"tend: link to put a promise into a calendar, 1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{90,400}")
_STEP = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
_TOLD = re.compile(r"(\d{1,18})\.(\d{1,18})\.([A-Za-z0-9_-]{22})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link says: whose question it is, and the random part that makes it good."""

    workspace_id: int
    question_id: int
    secret: str

    @property
    def secret_hash(self) -> str:
        """As it is kept."""
        return hash_of(self.secret)


@dataclass(frozen=True, slots=True)
class StepTicket:
    """What the link of a promise says."""

    workspace_id: int
    step_id: int


NOBODY = Ticket(0, 0, "")
"""What a link says that we did not make: looked up as any other, and found nowhere."""


def hash_of(secret: str) -> str:
    """A random part as it is kept: nobody makes a link out of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A random part that nobody guesses."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and reads them. Their keys are derived from the signing secret, each for one purpose alone."""

    url: str
    _lock: Fernet
    _step_lock: Fernet

    @classmethod
    def of(cls, settings: Settings) -> Links | None:
        """None where the operator did not say at which address people outside reach `tend web`."""
        if settings.tend_url is None or settings.slack_signing_secret is None:
            return None
        secret = settings.slack_signing_secret.get_secret_value().encode()
        return cls(settings.tend_url, _lock_for(PURPOSE, secret), _lock_for(PURPOSE_STEP, secret))

    def make(self, ticket: Ticket, now: datetime) -> str:
        """The whole address."""
        told = f"{ticket.workspace_id}.{ticket.question_id}.{ticket.secret}"
        return f"{self.url}{PATH}/{_closed(self._lock, told, now)}"

    def make_step(self, ticket: StepTicket, now: datetime) -> str:
        """The whole address of a promise as a day in a calendar."""
        told = f"{ticket.workspace_id}.{ticket.step_id}"
        return f"{self.url}{STEP}/{_closed(self._step_lock, told, now)}.ics"

    def read_step(self, token: str) -> StepTicket | None:
        """What the link of a promise says; None where it is not ours."""
        told = _STEP.fullmatch(_opened(self._step_lock, token) or "")
        return StepTicket(int(told[1]), int(told[2])) if told else None

    def read(self, token: str) -> Ticket:
        """What a link's last part says; `NOBODY` where it is not ours. For how long it is good, its question tells."""
        told = _TOLD.fullmatch(_opened(self._lock, token) or "")
        return Ticket(int(told[1]), int(told[2]), told[3]) if told else NOBODY


def _lock_for(purpose: bytes, secret: bytes) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return Fernet(urlsafe_b64encode(derived))


def _closed(lock: Fernet, told: str, now: datetime) -> str:
    token = lock.encrypt_at_time(told.encode(), int(now.timestamp())).decode()
    return token.rstrip("=")  # a mail program may leave out what ends an address


def _opened(lock: Fernet, token: str) -> str | None:
    from cryptography.fernet import InvalidToken

    if not _TOKEN.fullmatch(token):
        return None
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if urlsafe_b64encode(raw).decode().rstrip("=") != token:
            return None  # one link has one spelling
        return lock.decrypt(urlsafe_b64encode(raw)).decode("ascii")
    except (InvalidToken, NoBase64, UnicodeDecodeError):
        return None
