"""Slack's signature, checked over the bytes that came, before anything is parsed."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from urllib.parse import parse_qsl

MAX_AGE_SECONDS = 300
MAX_TIMESTAMP_LENGTH = 12
SIGNATURE_LENGTH = len("v0=") + 64
MAX_UNSIGNED_BYTES = 2_000
"""How much is read of a body that does not even claim a signature: Slack's certificate check is smaller."""


@dataclass(frozen=True, slots=True)
class SignatureClaim:
    """A signature that may be Slack's: of the right shape, and of the last minutes."""

    stamp: str
    signature: str

    @classmethod
    def of(cls, headers: Mapping[str, str], now: float) -> Self | None:
        """Read it from the headers, or return None. `now` is in seconds since 1970."""
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= MAX_TIMESTAMP_LENGTH):
            return None
        if not (signature.isascii() and signature.startswith("v0=") and len(signature) == SIGNATURE_LENGTH):
            return None
        return cls(stamp, signature) if abs(now - int(stamp)) <= MAX_AGE_SECONDS else None

    def holds(self, body: bytes, secret: str) -> bool:
        """Return whether it is the signature of this body."""
        digest = hmac.new(secret.encode(), f"v0:{self.stamp}:".encode(), sha256)
        digest.update(body)
        return hmac.compare_digest(f"v0={digest.hexdigest()}", self.signature)


def is_certificate_check(body: bytes) -> bool:
    """Return whether it is Slack's check of our certificate, which is not always signed."""
    if len(body) > MAX_UNSIGNED_BYTES or b"ssl_check=1" not in body:
        return False
    try:
        return ("ssl_check", "1") in parse_qsl(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return False
