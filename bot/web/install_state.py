"""The `state` of an installation: signed, so that nothing is stored until Slack has sent somebody back with it."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256

PURPOSE = b"tend install state"


def make_state(secret: str, until: datetime) -> str:
    """Return a random state that is valid until an instant."""
    content = f"{secrets.token_urlsafe(24)}-{int(until.timestamp())}"
    return f"{content}-{_sign(secret, content)}"


def is_valid_state(secret: str, state: str, now: datetime) -> bool:
    """Return whether we made the state, and its time has not come."""
    content, _, signature = state.rpartition("-")
    until = content.rpartition("-")[2]
    if not (state.isascii() and hmac.compare_digest(_sign(secret, content), signature)):
        return False
    return now.timestamp() < int(until)


def _sign(secret: str, content: str) -> str:
    key = hmac.new(secret.encode(), PURPOSE, sha256).digest()
    return hmac.new(key, content.encode(), sha256).hexdigest()
