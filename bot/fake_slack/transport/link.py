"""Connections to the bot: signed HTTP, Bolt in the same process, or Socket Mode (see `socket_mode`).

Each sends a `BotRequest`, times the response and judges it as Slack would.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from bot.fake_slack.state.models import Json

PayloadKind = Literal["slash_commands", "interactive", "events_api"]
RESPONSE_SECONDS = 3.0
"""Default time limit of a response."""


@dataclass(frozen=True)
class BotRequest:
    """One request to the bot. Retried events carry a retry number."""

    kind: PayloadKind
    payload: Json
    retry_num: int | None = None
    retry_reason: str | None = None


@dataclass(frozen=True)
class BotResponse:
    """The bot's response. `error` is Slack's error code, or None for a 200 in time. `body` is parsed JSON or text."""

    status: int | None
    body: Any
    seconds: float
    error: str | None = None


def limit_of(own: float | None) -> float:
    """Return the time limit in seconds."""
    return RESPONSE_SECONDS if own is None else own


class BotConnection(Protocol):
    """A connection to the bot."""

    def send(self, delivery: BotRequest) -> BotResponse:
        """Send a request and return the judged response."""


def encode(delivery: BotRequest, secret: str) -> tuple[dict[str, str], str]:
    """Return the headers and body of Slack's signed HTTP request."""
    if delivery.kind == "events_api":
        content_type, body = "application/json", json.dumps(delivery.payload)
    else:
        form = delivery.payload
        if delivery.kind == "interactive":
            form = {"payload": json.dumps(delivery.payload)}
        content_type, body = "application/x-www-form-urlencoded", urlencode(form)
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (stand-in)",
        "X-Slack-Signature": f"v0={digest}",
        "X-Slack-Request-Timestamp": stamp,
    }
    if delivery.retry_num is not None:
        headers["X-Slack-Retry-Num"] = str(delivery.retry_num)
        headers["X-Slack-Retry-Reason"] = delivery.retry_reason or "http_timeout"
    return headers, body


def judge_response(status: int, text: str, content_type: str, seconds: float, limit: float) -> BotResponse:
    """Judge a response as Slack does: too late is a timeout, any status but 200 an error."""
    if seconds > limit:
        return BotResponse(None, None, seconds, "operation_timeout")
    if status != 200:
        return BotResponse(status, text, seconds, "dispatch_failed")
    body: Any = text
    if text and content_type.startswith("application/json"):
        try:
            body = json.loads(text)
        except ValueError:
            return BotResponse(status, text, seconds, "dispatch_failed")
    return BotResponse(status, body, seconds)


class HttpConnection:
    """Signed requests to the bot's HTTP endpoint."""

    def __init__(self, url: str, signing_secret: str, limit: float | None = None) -> None:
        self.url, self.secret, self.limit = url, signing_secret, limit

    def send(self, delivery: BotRequest) -> BotResponse:
        """POST the request, and give up after the limit."""
        headers, body = encode(delivery, self.secret)
        limit = limit_of(self.limit)
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=limit)
        started = time.monotonic()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body.encode(), headers)
            response = connection.getresponse()
            text = response.read().decode()
            seconds = time.monotonic() - started
            return judge_response(response.status, text, response.getheader("Content-Type") or "", seconds, limit)
        except TimeoutError:
            return BotResponse(None, None, time.monotonic() - started, "operation_timeout")
        except (OSError, http.client.HTTPException):
            return BotResponse(None, None, time.monotonic() - started, "dispatch_failed")
        finally:
            connection.close()


class InProcessConnection:
    """Pass the same signed bytes to a Bolt `App` in this process, without a port or thread.

    FakeSlack fills in `secret` if it is None.
    """

    def __init__(self, app: Any, signing_secret: str | None = None, limit: float | None = None) -> None:
        self.app, self.secret, self.limit = app, signing_secret, limit

    def send(self, delivery: BotRequest) -> BotResponse:
        """Dispatch and wait. An exception counts as `dispatch_failed`, like a crashed server."""
        from slack_bolt import BoltRequest  # slow to import, and other connections do not need it

        headers, body = encode(delivery, self.secret or "")
        request = BoltRequest(body=body, headers={k: [v] for k, v in headers.items()}, mode="http")
        started = time.monotonic()
        try:
            response = self.app.dispatch(request)
        except Exception as error:
            return BotResponse(500, repr(error), time.monotonic() - started, "dispatch_failed")
        seconds = time.monotonic() - started
        kind = (response.headers.get("content-type") or [""])[0]
        return judge_response(response.status, response.body or "", kind, seconds, limit_of(self.limit))
