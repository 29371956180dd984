"""Send what is in the outbox of webhooks every few seconds, in threads of its own, so that it delays no nudge.

Each endpoint has one thread at a time, and those that failed last have threads of their own: whoever is slow keeps
nobody waiting but others that are.
"""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from time import perf_counter

from bot.errors import ConfigurationError
from bot.outbound.connection import Network
from bot.services import Services
from bot.webhooks.send import TIMEOUT_SECONDS, Answer
from bot.webhooks.turn import Turn, TurnResult
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.tables import WebhookEndpoint
from storage.webhooks import endpoints, outbox

log = logging.getLogger(__name__)

MAX_SENDERS = 8
MAX_TROUBLED = 2
KEEP_DELIVERED = timedelta(days=3)
KEEP_UNDELIVERED = timedelta(days=30)
SWEEP_EVERY = timedelta(hours=1)


class WebhookRound:
    """Sends what is due, an endpoint a thread. Any number of processes may do so at once."""

    def __init__(self, services: Services, network: Network | None = None) -> None:
        self._services, self.network = services, network or replace(services.network, timeout=TIMEOUT_SECONDS)
        self._sound = ThreadPoolExecutor(MAX_SENDERS, thread_name_prefix="webhook")
        self._troubled = ThreadPoolExecutor(MAX_TROUBLED, thread_name_prefix="webhook again")
        self._busy: set[int] = set()
        self._lock = threading.Lock()
        self._swept_at: datetime | None = None

    @property
    def services(self) -> Services:
        return self._services

    def run(self, now: datetime) -> list[Future[TurnResult]]:
        """Begin to send to every endpoint for which something is due."""
        self._sweep(now)
        with reading(self._services.engine) as session:
            rows = endpoints.list_due(session, now=now)
        return [begun for row in rows if (begun := self._begin(row))]

    def finish(self, now: datetime) -> TurnResult:
        """Do the same, and wait until it is done."""
        done, _ = wait(self.run(now))
        return sum((one.result() for one in done), TurnResult())

    def close(self, *, wait_for_all: bool = True) -> None:
        """Begin nothing new. What is being sent is sent to its end."""
        for pool in (self._sound, self._troubled):
            pool.shutdown(wait=wait_for_all, cancel_futures=True)

    def _begin(self, row: WebhookEndpoint) -> Future[TurnResult] | None:
        assert row.id is not None  # stored
        with self._lock:
            if row.id in self._busy:
                return None
            self._busy.add(row.id)
        pool = self._troubled if row.failures else self._sound
        try:
            return pool.submit(self._look_after, row)
        except RuntimeError:  # closed meanwhile
            self._busy.discard(row.id)
            return None

    def _look_after(self, row: WebhookEndpoint) -> TurnResult:
        try:
            with self._services.in_flight.track() as begun:
                return self._turn(row) if begun else TurnResult()
        except Exception as error:
            # Its text may be of a stranger's endpoint.
            log.error("webhook endpoint %s: not sent: %s", row.id, type(error).__name__)
            return TurnResult()
        finally:
            with self._lock:
                self._busy.discard(row.id or 0)

    def _turn(self, row: WebhookEndpoint) -> TurnResult:
        services, metrics = self._services, self._services.metrics
        started = perf_counter()

        def note(answer: Answer) -> None:
            nonlocal started
            metrics.webhook_seconds.observe(perf_counter() - started)
            started = perf_counter()
            if not answer.is_taken:
                log.warning("webhook endpoint %s: %s", row.id, answer.problem)

        is_stopping = lambda: services.in_flight.is_stopping  # noqa: E731
        turn = Turn(
            services.engine,
            row,
            clock=services.clock,
            network=self.network,
            unseal=self._unseal,
            note=note,
            is_stopping=is_stopping,
        )
        done = turn.run()
        for outcome, number in (("delivered", done.delivered), ("failed", done.failed), ("dead", done.dead)):
            metrics.webhook_deliveries.labels(outcome).inc(number)
        return done

    def _unseal(self, sealed: str) -> str | None:
        try:
            cipher = self._services.cipher()
            return cipher.decrypt(sealed) if cipher else None
        except ConfigurationError:
            return None

    @retried
    def _sweep(self, now: datetime) -> None:
        """Forget what was delivered, or could not be for a long time."""
        if self._swept_at is not None and abs(now - self._swept_at) < SWEEP_EVERY:
            return
        old = {"delivered_before": now - KEEP_DELIVERED, "made_before": now - KEEP_UNDELIVERED}
        with reading(self._services.engine) as session:
            has_old = outbox.has_old(session, **old)
        if has_old:
            with writing(self._services.engine) as session:
                outbox.sweep(session, **old)
        self._swept_at = now


def send_webhooks(rounds: WebhookRound) -> None:
    """Begin a round unless the process is stopping. Errors are logged; the next round tries again."""
    if rounds.services.in_flight.is_stopping:
        return
    try:
        rounds.run(rounds.services.clock())
    except Exception:
        log.exception("a round of webhooks failed")
