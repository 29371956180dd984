"""Signed private links for people outside the workspace. A link gives access to one thing, and can't be forged.

`cryptography` is imported on use: it takes 6 MB, and an installation without TEND_URL has no links.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

LINK_LIFETIME = timedelta(days=30)
SURVEY_PATH = "/their-view"
REFERRAL_PATH = "/refer"
CALENDAR_PATH = "/calendar"
PROMISE_PATH = f"{CALENDAR_PATH}/step"
SURVEY_PURPOSE = b"tend: link to say how far you trust us, 1"
REFERRAL_PURPOSE = b"tend: link to refer somebody to us, 1"
PROMISE_PURPOSE = b"tend: link to put a promise into a calendar, 1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{90,400}")
_PROMISE_PAYLOAD = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
_SECRET_PAYLOAD = re.compile(r"(\d{1,18})\.(\d{1,18})\.([A-Za-z0-9_-]{22})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SurveyTicket:
    """Content of a survey link: the question and the secret that proves the link was sent."""

    workspace_id: int
    question_id: int
    secret: str

    @property
    def secret_hash(self) -> str:
        """The hash that the database stores."""
        return hash_secret(self.secret)


@dataclass(frozen=True, slots=True)
class ReferralTicket:
    """Content of a link to refer people to us: its row and the secret that proves the link was sent."""

    workspace_id: int
    link_id: int
    secret: str

    @property
    def secret_hash(self) -> str:
        """The hash that the database stores."""
        return hash_secret(self.secret)


@dataclass(frozen=True, slots=True)
class PromiseTicket:
    """Content of a promise's calendar link, and when it was made."""

    workspace_id: int
    step_id: int
    made_at: datetime | None = None


EMPTY_TICKET = SurveyTicket(0, 0, "")
"""Content of an invalid link, for which nothing is looked up."""


def hash_secret(secret: str) -> str:
    """Hash a secret or token for storage, so that the database alone can't be used to act with it.

    It is random, so no slow hash is needed.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a random, unguessable secret."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Make and read links. Keys are derived from the signing secret, one for each purpose."""

    url: str
    _lock: Fernet
    _step_lock: Fernet
    _referral_lock: Fernet

    @classmethod
    def of(cls, settings: Settings) -> SignedLinks | None:
        """Build from the settings, or return None if TEND_URL or the signing secret is not set."""
        if settings.tend_url is None or settings.slack_signing_secret is None:
            return None
        secret = settings.slack_signing_secret.get_secret_value().encode()
        keys = (_derive_key(purpose, secret) for purpose in (SURVEY_PURPOSE, PROMISE_PURPOSE, REFERRAL_PURPOSE))
        return cls(settings.tend_url, *keys)

    def make(self, ticket: SurveyTicket, now: datetime) -> str:
        """Return the URL of a survey link."""
        payload = f"{ticket.workspace_id}.{ticket.question_id}.{ticket.secret}"
        return f"{self.url}{SURVEY_PATH}/{_encrypt(self._lock, payload, now)}"

    def make_referral(self, ticket: ReferralTicket, now: datetime) -> str:
        """Return the URL of a link to refer people to us."""
        payload = f"{ticket.workspace_id}.{ticket.link_id}.{ticket.secret}"
        return f"{self.url}{REFERRAL_PATH}/{_encrypt(self._referral_lock, payload, now)}"

    def make_step(self, ticket: PromiseTicket, now: datetime) -> str:
        """Return the URL of a promise's calendar file."""
        payload = f"{ticket.workspace_id}.{ticket.step_id}"
        return f"{self.url}{PROMISE_PATH}/{_encrypt(self._step_lock, payload, now)}.ics"

    def read_step(self, token: str, now: datetime) -> PromiseTicket | None:
        """Decode a promise link's token, or return None if it is invalid or older than LINK_LIFETIME."""
        text = _decrypt(self._step_lock, token)
        match = _PROMISE_PAYLOAD.fullmatch(text or "")
        if match is None:
            return None
        made_at = datetime.fromtimestamp(self._step_lock.extract_timestamp(_with_padding(token).encode()), UTC)
        return PromiseTicket(int(match[1]), int(match[2]), made_at) if now - made_at <= LINK_LIFETIME else None

    def read(self, token: str) -> SurveyTicket:
        """Decode a survey link's token, or return EMPTY_TICKET if it is invalid. Expiry is stored with the question."""
        match = _SECRET_PAYLOAD.fullmatch(_decrypt(self._lock, token) or "")
        return SurveyTicket(int(match[1]), int(match[2]), match[3]) if match else EMPTY_TICKET

    def read_referral(self, token: str) -> ReferralTicket | None:
        """Decode such a link's token, or return None if it is invalid. Expiry is stored with the link."""
        match = _SECRET_PAYLOAD.fullmatch(_decrypt(self._referral_lock, token) or "")
        return ReferralTicket(int(match[1]), int(match[2]), match[3]) if match else None


def _derive_key(purpose: bytes, secret: bytes) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return Fernet(urlsafe_b64encode(derived))


def _encrypt(fernet: Fernet, payload: str, now: datetime) -> str:
    token = fernet.encrypt_at_time(payload.encode(), int(now.timestamp())).decode()
    return token.rstrip("=")  # some email programs drop "=" at the end of a URL


def _with_padding(token: str) -> str:
    return token + "=" * (-len(token) % 4)


def _decrypt(fernet: Fernet, token: str) -> str | None:
    from cryptography.fernet import InvalidToken

    if not _TOKEN.fullmatch(token):
        return None
    try:
        raw = urlsafe_b64decode(_with_padding(token))
        if urlsafe_b64encode(raw).decode().rstrip("=") != token:
            return None  # reject other encodings of the same token
        return fernet.decrypt(urlsafe_b64encode(raw)).decode("ascii")
    except (InvalidToken, NoBase64, UnicodeDecodeError):
        return None
