"""Requests as Slack sends them, and as it never would."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from tests.patience import PATIENCE

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def words(self) -> str:
        """All that a person would read in it."""
        return json.dumps(json.loads(self.text), ensure_ascii=False) if self.text else ""


@dataclass(frozen=True)
class Endpoint:
    """Where the bot listens, and the secret it shares with Slack."""

    port: int
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/slack/events"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = PATIENCE,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()

    def post(self, body: str, *, kind: str = FORM, stamp: str | None = None, **changed: str | None) -> Answer:
        """A signed POST; `changed` replaces headers, or leaves them out where it is None."""
        stamp = stamp if stamp is not None else str(int(time.time()))
        headers: dict[str, str | None] = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.secret, stamp, body),
        }
        for name, value in changed.items():
            headers[name.replace("_", "-")] = value
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.ask("POST", "/slack/events", body.encode(), sent)

    def command(self, name: str, text: str, *, team: str = "T0TEND", user: str = "U1", **how: Any) -> Answer:
        return self.post(typed(name, text, team=team, user=user), **how)


def signature(secret: str, stamp: str, body: str | bytes) -> str:
    raw = body.encode() if isinstance(body, str) else body
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()


def typed(name: str, text: str, *, team: str = "T0TEND", user: str = "U1") -> str:
    """The body of a slash command."""
    return urlencode(
        {
            "token": "x",
            "team_id": team,
            "team_domain": "d",
            "channel_id": "C1",
            "channel_name": "c",
            "user_id": user,
            "user_name": "ana",
            "command": name,
            "text": text,
            "response_url": "http://127.0.0.1:1/nowhere",
            "trigger_id": f"{uuid4().int}.2.3",
            "api_app_id": "A1",
        }
    )


@dataclass
class Foreign:
    """Something that speaks a small part of Slack's protocol. `answers` are what its methods say."""

    answers: dict[str, dict[str, Any]]
    url: str = ""
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def calls_to(self, method: str) -> list[dict[str, str]]:
        return [args for name, args in self.calls if name == method]


@contextmanager
def foreign(**answers: dict[str, Any]) -> Iterator[Foreign]:
    """Serve those methods (with `_` for the dot); every other is unknown."""
    made = Foreign({name.replace("_", ".", 1): answer for name, answer in answers.items()})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            method = self.path.partition("?")[0].rpartition("/")[2]
            kind = self.headers.get("Content-Type") or ""
            args = json.loads(raw or "{}") if "json" in kind else dict(parse_qsl(raw))
            made.calls.append((method, args))
            known = made.answers.get(method)
            body = {"ok": False, "error": "unknown_method"} if known is None else {"ok": True} | known
            told = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/api/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join(PATIENCE)
