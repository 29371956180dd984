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

LINK_LIFETIME = timedelta(days=30)
SURVEY_PATH = "/their-view"
CALENDAR_PATH = "/calendar"
PROMISE_PATH = f"{CALENDAR_PATH}/step"
SURVEY_PURPOSE = b"tend: link to say how far you trust us, 1"
PROMISE_PURPOSE = b"tend: link to put a promise into a calendar, 1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{90,400}")
_PROMISE_PAYLOAD = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
_SURVEY_PAYLOAD = re.compile(r"(\d{1,18})\.(\d{1,18})\.([A-Za-z0-9_-]{22})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SurveyTicket:
    """What a link says: whose question it is, and the random part that makes it good."""

    workspace_id: int
    question_id: int
    secret: str

    @property
    def secret_hash(self) -> str:
        """As it is kept."""
        return hash_secret(self.secret)


@dataclass(frozen=True, slots=True)
class PromiseTicket:
    """What the link of a promise says."""

    workspace_id: int
    step_id: int


EMPTY_TICKET = SurveyTicket(0, 0, "")
"""What a link says that we did not make: looked up as any other, and found nowhere."""


def hash_secret(secret: str) -> str:
    """A random part as it is kept: nobody makes a link out of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A random part that nobody guesses."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Makes links and reads them. Their keys are derived from the signing secret, each for one purpose alone."""

    url: str
    _lock: Fernet
    _step_lock: Fernet

    @classmethod
    def of(cls, settings: Settings) -> SignedLinks | None:
        """None where the operator did not say at which address people outside reach `tend web`."""
        if settings.tend_url is None or settings.slack_signing_secret is None:
            return None
        secret = settings.slack_signing_secret.get_secret_value().encode()
        return cls(settings.tend_url, _derive_key(SURVEY_PURPOSE, secret), _derive_key(PROMISE_PURPOSE, secret))

    def make(self, ticket: SurveyTicket, now: datetime) -> str:
        """The whole address."""
        told = f"{ticket.workspace_id}.{ticket.question_id}.{ticket.secret}"
        return f"{self.url}{SURVEY_PATH}/{_encrypt(self._lock, told, now)}"

    def make_step(self, ticket: PromiseTicket, now: datetime) -> str:
        """The whole address of a promise as a day in a calendar."""
        told = f"{ticket.workspace_id}.{ticket.step_id}"
        return f"{self.url}{PROMISE_PATH}/{_encrypt(self._step_lock, told, now)}.ics"

    def read_step(self, token: str) -> PromiseTicket | None:
        """What the link of a promise says; None where it is not ours."""
        told = _PROMISE_PAYLOAD.fullmatch(_decrypt(self._step_lock, token) or "")
        return PromiseTicket(int(told[1]), int(told[2])) if told else None

    def read(self, token: str) -> SurveyTicket:
        """What a link's last part says; `EMPTY_TICKET` where it is not ours. For how long it is good, its question
        tells."""
        told = _SURVEY_PAYLOAD.fullmatch(_decrypt(self._lock, token) or "")
        return SurveyTicket(int(told[1]), int(told[2]), told[3]) if told else EMPTY_TICKET


def _derive_key(purpose: bytes, secret: bytes) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return Fernet(urlsafe_b64encode(derived))


def _encrypt(lock: Fernet, told: str, now: datetime) -> str:
    token = lock.encrypt_at_time(told.encode(), int(now.timestamp())).decode()
    return token.rstrip("=")  # a mail program may leave out what ends an address


def _decrypt(lock: Fernet, token: str) -> str | None:
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
