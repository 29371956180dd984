"""Private links for people outside: who has one may answer one question, and nobody can make one up."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.settings import Settings

LASTS = timedelta(days=30)
PATH = "/their-view"
PURPOSE = b"tend: link to say how far you trust us, 1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{90,400}")
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
    """Makes links and reads them. Their key is derived from the signing secret and fits nothing else."""

    url: str
    _lock: Fernet

    @classmethod
    def of(cls, settings: Settings) -> "Links | None":
        """None where the operator did not say at which address people outside reach `tend web`."""
        if settings.tend_url is None or settings.slack_signing_secret is None:
            return None
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(
            settings.slack_signing_secret.get_secret_value().encode()
        )
        return cls(settings.tend_url, Fernet(urlsafe_b64encode(derived)))

    def make(self, ticket: Ticket, now: datetime) -> str:
        """The whole address."""
        told = f"{ticket.workspace_id}.{ticket.question_id}.{ticket.secret}"
        token = self._lock.encrypt_at_time(told.encode(), int(now.timestamp())).decode()
        return f"{self.url}{PATH}/{token.rstrip('=')}"  # a mail program may leave out what ends an address

    def read(self, token: str) -> Ticket:
        """What a link's last part says; `NOBODY` where it is not ours. For how long it is good, its question tells."""
        if not _TOKEN.fullmatch(token):
            return NOBODY
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            if urlsafe_b64encode(raw).decode().rstrip("=") != token:
                return NOBODY  # one link has one spelling
            told = _TOLD.fullmatch(self._lock.decrypt(urlsafe_b64encode(raw)).decode("ascii"))
        except (InvalidToken, NoBase64, UnicodeDecodeError):
            return NOBODY
        return Ticket(int(told[1]), int(told[2]), told[3]) if told else NOBODY
