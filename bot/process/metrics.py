"""Prometheus metrics. No label names a workspace, a person or a partner.

Label values come from fixed lists in the code, so user input can't multiply the time series.
"""

from collections.abc import Collection, Mapping
from typing import Any, Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, PlatformCollector, ProcessCollector
from slack_sdk import WebClient
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from sqlalchemy import Engine, event

from bot import __version__

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
    """All metrics of one `Services`, in their own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        options: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("tend_requests", "Requests from Slack and to the API", ["name", "outcome"], **options)
        self.answers = Histogram(
            "tend_answer_seconds", "Seconds until a request was answered", ["name"], buckets=ANSWER_BUCKETS, **options
        )
        self.deliveries = Counter("tend_deliveries", "Nudges and digests", ["kind", "outcome"], **options)
        self.history_messages = Counter(
            "tend_history_messages", "Messages read to see whether a delivery was posted", **options
        )
        self.ticks = Counter("tend_ticks", "Scheduler ticks", ["outcome"], **options)
        self.tick_seconds = Histogram(
            "tend_tick_seconds", "Duration of a scheduler tick in seconds", buckets=TICK_BUCKETS, **options
        )
        self.last_tick = Gauge("tend_last_tick_timestamp_seconds", "When the last tick ended", **options)
        self.slack_calls = Counter("tend_slack_calls", "Requests to Slack's Web API", ["method", "outcome"], **options)
        self.webhook_deliveries = Counter("tend_webhook_deliveries", "Events sent to webhooks", ["outcome"], **options)
        self.webhook_seconds = Histogram(
            "tend_webhook_seconds",
            "Seconds until an endpoint took an event, or did not",
            buckets=ANSWER_BUCKETS,
            **options,
        )
        self.database_errors = Counter("tend_database_errors", "Database errors", ["kind"], **options)
        self.crm_runs = Counter("tend_crm_runs", "Readings of CRMs", ["system", "outcome"], **options)
        self.crm_writes = Counter("tend_crm_writes", "Companies in CRMs written to", ["system", "outcome"], **options)
        Info("tend_build", "What is running", **options).info({"version": __version__})
        ProcessCollector(**options)
        PlatformCollector(**options)

    def count_calls_of(self, client: WebClient) -> None:
        """Count every request of this client and its copies."""
        client.retry_handlers.insert(0, CallCounter(self.slack_calls))

    def count_errors_of(self, engine: Engine) -> None:
        """Count the engine's database errors."""

        @event.listens_for(engine, "handle_error")
        def count(context: Any) -> None:
            self.database_errors.labels(type(context.sqlalchemy_exception or context.original_exception).__name__).inc()


class CallCounter(RetryHandler):
    """Count each response, as a retry handler that never retries."""

    def __init__(self, calls: Counter) -> None:
        super().__init__()
        self._calls = calls

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # Bolt copies the client for each request; share one counter

    def can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Count the response and return False."""
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
    """Return the name under which a request is counted: a known command, or a word for its kind."""
    if "command" in body:
        return str(body["command"]) if body["command"] in commands else "other"
    return REQUEST_NAMES.get(str(body.get("type")), "other")
