"""Slack's Web API as we call it."""

import logging
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from storage.db.deadline import remaining_seconds

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
MAX_PAUSE_SECONDS = 5
# Slack's words for a token that is good for nothing any more.
TOKEN_ENDED_ERRORS = ("account_inactive", "token_revoked", "invalid_auth")


class ShortRateLimitRetryHandler(RateLimitErrorRetryHandler):
    """Waits as long as Slack asks for where that is short; longer, and the call fails, to be made another time.

    Whoever waits holds something up: a person, a thread, or a delivery whose claim runs out meanwhile.
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
        asked = {name.lower(): values for name, values in response.headers.items()}.get("retry-after", ["1"])[0]
        left = remaining_seconds()
        return asked.isdecimal() and int(asked) <= (self._most if left is None else min(self._most, left))


def make_client(token: str | None, api_url: str, *, patience: int = MAX_PAUSE_SECONDS) -> WebClient:
    """A client that waits when Slack says so, up to that many seconds, and tries again where no connection came about.

    Where one came about and was cut, the request may have been carried out: nobody asks twice then.
    """
    return WebClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[
            ConnectionErrorRetryHandler(max_retry_count=1, error_types=[URLError]),  # raised before any answer is read
            ShortRateLimitRetryHandler(patience),
        ],
    )


def slack_error_code(error: SlackApiError) -> str:
    """Slack's word for why it refused a call."""
    return str(error.response.get("error") or error.response.status_code)


def is_unknown_method(error: SlackApiError) -> bool:
    """True where the server is not Slack but something that speaks a part of its protocol."""
    return slack_error_code(error) == "unknown_method"


def is_transient(error: SlackApiError) -> bool:
    """Whether Slack said nothing of what it was asked: it is in trouble, or asks to wait."""
    status = int(error.response.status_code)
    return status >= 500 or status == 429 or not slack_error_code(error).isidentifier()


def is_slow(error: BaseException | None) -> bool:
    """Whether Slack hangs or asks to wait long, so that whoever asks on is kept waiting again and again."""
    if isinstance(error, SlackApiError):
        return int(error.response.status_code) == 429
    return isinstance(error, TimeoutError) or (isinstance(error, URLError) and isinstance(error.reason, TimeoutError))
