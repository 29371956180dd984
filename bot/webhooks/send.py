"""Sign an event and send it to an address that a person gave: once, without following redirects."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from bot import __version__
from bot.outbound.addresses import Obstacle, OutboundError, clean_address
from bot.outbound.connection import USER_AGENT, Network, connection, target, time_limit

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending: an HTTP status, or why there was none."""

    status: int | None = None
    obstacle: Obstacle | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint says that it wants nothing any more."""
        return self.status == 410

    @property
    def problem(self) -> str:
        """Return what went wrong as it is stored: a status, or an obstacle's word."""
        return str(self.status) if self.obstacle is None else self.obstacle.value


def make_secret() -> str:
    """Return a new secret to sign with."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal_text(url: str, secret: str) -> str:
    """Return what is encrypted of an endpoint."""
    return json.dumps([url, secret])


def unsealed(text: str) -> tuple[str, str]:
    """Return the address and the secret of an endpoint from what was encrypted."""
    url, secret = json.loads(text)
    return url, secret


def send(url: str, secret: str, message_id: str, body: str, *, now: datetime, network: Network) -> Answer:
    """Send an event. Whatever the other side does, it ends within the network's time limit."""
    try:
        where = urlsplit(clean_address(url, loopback=network.loopback))
        with time_limit(network.timeout) as deadline, connection(where, network, deadline) as made:
            made.request("POST", target(where), body.encode(), headers=_headers(secret, message_id, body, now))
            with made.getresponse() as response:
                deadline.require()  # a head that was cut off looks like one that ended
                return Answer(response.status)  # whatever else is said is not read
    except OutboundError as error:
        return Answer(obstacle=error.obstacle)


def _headers(secret: str, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks; the time is that of this try, so that replays can be told."""
    sent_at = now.astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"{USER_AGENT}/{__version__}",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, sent_at, body),
    }
