"""What is counted for Prometheus. No label ever names a workspace, a person or a partner.

Labels take their values from lists that are in the code, so that nobody can make them many by what they type.
"""

from collections.abc import Collection, Mapping
from typing import Any, Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from slack_sdk import WebClient
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from sqlalchemy import Engine, event

ANSWER_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)  # Slack waits for 3 seconds
TICK_BUCKETS = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300)
REQUEST_NAMES = {
    "block_actions": "button",
    "block_suggestion": "suggestion",
    "event_callback": "event",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "view_closed": "form closed",
    "view_submission": "form",
}


class Metrics:
    """The counters of one house, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        its: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("tend_requests", "Slack's requests, and the API's", ["name", "outcome"], **its)
        self.answers = Histogram(
            "tend_answer_seconds", "Seconds until a request was answered", ["name"], buckets=ANSWER_BUCKETS, **its
        )
        self.deliveries = Counter("tend_deliveries", "Nudges and digests", ["kind", "outcome"], **its)
        self.ticks = Counter("tend_ticks", "Ticks of the clockwork", ["outcome"], **its)
        self.tick_seconds = Histogram("tend_tick_seconds", "Seconds of a tick", buckets=TICK_BUCKETS, **its)
        self.last_tick = Gauge("tend_last_tick_timestamp_seconds", "When the last tick came to its end", **its)
        self.slack_calls = Counter("tend_slack_calls", "Requests to Slack's Web API", ["method", "outcome"], **its)
        self.database_errors = Counter("tend_database_errors", "Errors of the database", ["kind"], **its)

    def count_calls_of(self, client: WebClient) -> None:
        """Count every request that this client makes, and each of its copies."""
        client.retry_handlers.insert(0, CallCounter(self.slack_calls))

    def count_errors_of(self, engine: Engine) -> None:
        """Count what goes wrong in the database."""

        @event.listens_for(engine, "handle_error")
        def count(context: Any) -> None:
            self.database_errors.labels(type(context.sqlalchemy_exception or context.original_exception).__name__).inc()


class CallCounter(RetryHandler):
    """Sees each request's answer as the client's retry handlers do, and never asks for another try."""

    def __init__(self, calls: Counter) -> None:
        super().__init__()
        self._calls = calls

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # Bolt copies the client for each request; the counter stays the one there is

    def can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Never."""
        method = request.url.partition("?")[0].rstrip("/").rpartition("/")[2]
        self._calls.labels(method, _call_outcome(response)).inc()
        return False


def _call_outcome(response: HttpResponse | None) -> str:
    if response is None:
        return "unreachable"
    if int(response.status_code) == 429:
        return "rate_limited"
    if int(response.status_code) >= 400:
        return "failed"
    return "refused" if (response.body or {}).get("ok") is False else "ok"


def request_name(body: Mapping[str, Any], commands: Collection[str]) -> str:
    """What a request is counted as: a known command's name, or a word for its kind."""
    if "command" in body:
        return str(body["command"]) if body["command"] in commands else "other"
    return REQUEST_NAMES.get(str(body.get("type")), "other")
