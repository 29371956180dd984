"""One run of webhooks: events come, two workers are killed at any moment, and the endpoint is in trouble meanwhile."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

from sqlalchemy import Engine
from sqlmodel import select
from standardwebhooks import Webhook

from bot.slack.token_store import TokenCipher
from bot.webhooks.events import EventType, put_event
from bot.webhooks.send import make_secret, seal_text
from storage.db.engine import reading, writing
from storage.tables import WebhookDelivery
from storage.webhooks import endpoints
from storage.workspaces import workspaces
from tests.listeners.office import TOKEN_KEY
from tests.patience import PATIENCE
from tests.reliability.crew import WORKERS, Crew
from tests.reliability.webhook_worker import work

PARTNERS, EVENTS = 6, 10
MOST_FAULTS = 8
JUMP_SECONDS = 3600.0
MOMENT = 0.02


class Undone(Exception):
    """What was to be recorded was not."""


@dataclass
class Endpoint:
    """What came, by partner and number, and how often; `early` came before one of its partner that was not taken."""

    random: Random
    secret: str = field(default_factory=make_secret)
    received: list[tuple[int, int]] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    early: list[tuple[int, int]] = field(default_factory=list)
    forged: int = 0
    faults: int = 0
    busy: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes, id: str, at: str, signature: str) -> int | None:
        """Return the status to answer, or None to hang up."""
        data = json.loads(body)["data"]
        key = (data["partner_id"], data["n"])
        good = Webhook(self.secret).sign(id, datetime.fromtimestamp(int(at), UTC), body.decode()) == signature
        with self.lock:
            self.forged += not good
            self.received.append(key)
            if any((key[0], n) not in self.taken for n in range(key[1])):
                self.early.append(key)
            chance = self.random.random()
            if self.faults < MOST_FAULTS and chance < 0.3:
                self.faults += 1
                return None if chance < 0.15 else 503
            self.taken.add(key)
        return 204


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[None]:
    """Serve the endpoint on the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with endpoint.lock:
                endpoint.busy += 1
            try:
                body = self.rfile.read(int(self.headers["content-length"]))
                names = ("webhook-id", "webhook-timestamp", "webhook-signature")
                status = endpoint.take(body, *(self.headers[name] for name in names))
                if status is not None:
                    time.sleep(MOMENT * endpoint.random.random())
                    with suppress(OSError):
                        self.send_response(status)
                        self.end_headers()
            finally:
                with endpoint.lock:
                    endpoint.busy -= 1

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


class Run:
    """A workspace with an endpoint, the workers, and who kills them."""

    def __init__(self, engine: Engine, url: str, endpoint: Endpoint, random: Random, log: str) -> None:
        self.engine, self.endpoint, self.random = engine, endpoint, random
        self.crew = Crew(work, self._received, PATIENCE)
        self.clock = self.crew.shared.clock
        with writing(engine) as session:
            self.workspace_id = workspaces.connect(session, team_id="T0HOOK", now=self.clock()).id or 0
            sealed = TokenCipher(TOKEN_KEY).encrypt(seal_text(f"http://127.0.0.1:{endpoint.port}/", endpoint.secret))
            endpoints.add(
                session, workspace_id=self.workspace_id, host="here", sealed=sealed,
                events=[EventType.ACTIVITY_RECORDED], by="U1", now=self.clock(),
            )  # fmt: skip
        self.crew.start(url, log)

    def _received(self) -> int:
        return len(self.endpoint.received)

    def go(self) -> None:
        """Record all events, kill after some of them, and let everything come to its end."""
        for n in range(EVENTS):
            for partner_id in self.random.sample(range(1, PARTNERS + 1), PARTNERS):
                with suppress(Undone):
                    self._record(partner_id, n, undone=True)
                self._record(partner_id, n)
            if n % 2:
                self.crew.wait_for(self._received, self.random.randint(1, PARTNERS))
                time.sleep(self.random.random() * MOMENT)
                self.crew.kill([self.random.randrange(WORKERS)], lambda: None)
            if n % 4 == 3:  # in between, what comes finds others of its partner that wait
                self._jump()
        while self.pending() and not self.crew.is_over():
            self._jump()
            self.crew.wait_for_rest()

    def _record(self, partner_id: int, n: int, *, undone: bool = False) -> None:
        """Put an event in, or try to: what is not committed has a number that nobody may ever see."""
        with writing(self.engine) as session:
            data = {"partner_id": partner_id, "n": EVENTS if undone else n}
            put_event(
                session, EventType.ACTIVITY_RECORDED, lambda: data,
                workspace_id=self.workspace_id, partner_id=partner_id, now=self.clock(),
            )  # fmt: skip
            if undone:
                raise Undone

    def _jump(self) -> None:
        """Let a lease and a wait pass, with nothing on its way."""
        shared = self.crew.shared
        shared.hold_all(self.crew.is_over)
        while self.endpoint.busy and not self.crew.is_over():
            time.sleep(0.001)
        time.sleep(2 * MOMENT)  # what a killed worker had sent has come by now
        shared.offset.value += JUMP_SECONDS
        shared.hold.value = False

    def pending(self) -> int:
        with reading(self.engine) as session:
            return len(session.exec(select(WebhookDelivery.id).where(WebhookDelivery.state == "pending")).all())
