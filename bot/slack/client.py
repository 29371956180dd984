"""Slack Web API client: timeouts, retries and error codes."""

import logging
from copy import copy
from datetime import timedelta
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse

from bot.slack.shown_in import clear_messages, mark_shown
from storage.db.deadline import remaining_seconds, seconds_to_answer

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
MIN_TIMEOUT_SECONDS = 0.1
MAX_PAUSE_SECONDS = 5
TRIGGER_SECONDS = 2.5
"""Slack's trigger ids last three seconds."""
# Slack's error codes for a token that is no longer valid.
TOKEN_ENDED_ERRORS = ("account_inactive", "token_revoked", "invalid_auth")
# Those that Slack says pass by themselves.
TRANSIENT_ERRORS = (
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_added_to_org", "org_login_required",
)  # fmt: skip


class DeadlineClient(WebClient):
    """A client that waits no longer for Slack than Slack waits for our answer, where it does."""

    @property  # type: ignore[override]  # whole seconds in slack_sdk, which only hands them on
    def timeout(self) -> float:
        left = seconds_to_answer()
        return self._timeout if left is None else max(MIN_TIMEOUT_SECONDS, min(self._timeout, left))

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self._timeout = seconds


class OrganisationClient(DeadlineClient):
    """A client with an organisation's token, for one of its workspaces.

    It says `team_id`, which Slack asks for with such a token, and marks what it shows with the workspace, which Slack
    does not say when somebody presses a button there.
    """

    shows_for: str

    @classmethod
    def make(cls, token: str | None, api_url: str, team_id: str) -> "OrganisationClient":
        """Build one like those of `make_client`."""
        client = make_client(token, api_url, of=cls, team_id=team_id)
        assert isinstance(client, cls)
        client.shows_for = team_id
        return client

    def api_call(self, api_method: str, **how: Any) -> SlackResponse:
        """Call a method with the workspace's mark on what it shows, and without it on what was shown."""
        if isinstance(shown := how.get("json"), dict):
            how["json"] = mark_shown(shown, self.shows_for)
        answer = super().api_call(api_method, **how)
        clear_messages(answer.data)
        return answer


def marked(client: WebClient, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what is shown without a call of the client, such as an answer, with the client's mark if it has one."""
    return mark_shown(shown, client.shows_for) if isinstance(client, OrganisationClient) else shown


class ShortRateLimitRetryHandler(RateLimitErrorRetryHandler):
    """Retry after a short rate limit. With a longer one the call fails, to be repeated later.

    A waiting call blocks a person or a thread, or lets the claim on a delivery expire.
    """

    def __init__(self, most: int) -> None:
        super().__init__(max_retry_count=2 if most else 0)
        self._most = most

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        retry_after = {name.lower(): values for name, values in response.headers.items()}.get("retry-after", ["1"])[0]
        left = remaining_seconds()
        return retry_after.isdecimal() and int(retry_after) <= (self._most if left is None else min(self._most, left))


def make_client(
    token: str | None,
    api_url: str,
    *,
    patience: int = MAX_PAUSE_SECONDS,
    of: type[DeadlineClient] = DeadlineClient,
    team_id: str | None = None,
) -> WebClient:
    """Build a client that waits out rate limits of up to `patience` seconds and retries failed connections once.

    A connection that breaks later is not retried, because Slack may have processed the request.
    """
    return of(
        token=token,
        team_id=team_id,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[
            ConnectionErrorRetryHandler(
                max_retry_count=1, error_types=[URLError]
            ),  # raised before any response is read
            ShortRateLimitRetryHandler(patience),
        ],
    )


def impatient(client: WebClient) -> WebClient:
    """Return a copy that waits as long as a trigger lasts: after that a form can't be opened any more, and a calendar
    program needn't wait longer.
    """
    copied = copy(client)
    copied.timeout = TRIGGER_SECONDS  # type: ignore[assignment]  # slack_sdk only hands it on
    return copied


def slack_error_code(error: SlackApiError) -> str:
    """Return Slack's error code, or the HTTP status if there is none."""
    return str(error.response.get("error") or error.response.status_code)


def is_unknown_method(error: SlackApiError) -> bool:
    """Return whether the server is not Slack itself, but implements only a part of its API."""
    return slack_error_code(error) == "unknown_method"


def is_transient(error: SlackApiError) -> bool:
    """Whether Slack failed or rate-limited the call, so that a later try may succeed."""
    status, code = int(error.response.status_code), slack_error_code(error)
    return status >= 500 or status == 429 or not code.isidentifier() or code in TRANSIENT_ERRORS


def retry_after(error: SlackApiError) -> timedelta:
    """Return how long Slack asked to wait: a minute if it did not say, and an hour at most."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    seconds = str(headers.get("retry-after", ""))
    return timedelta(seconds=min(max(1, int(seconds)), 3_600) if seconds.isdecimal() else 60)


def is_slow(error: BaseException | None) -> bool:
    """Return whether Slack timed out or rate-limited the call, so that further calls would be slow as well."""
    if isinstance(error, SlackApiError):
        return int(error.response.status_code) == 429
    return isinstance(error, TimeoutError) or (isinstance(error, URLError) and isinstance(error.reason, TimeoutError))
