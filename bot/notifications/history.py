"""Find a delivery's message in its channel's history.

Slack may let us read no more than 15 messages a minute. So only the time is read in which the last try can have been
posted, newest first, and each page that was read is remembered: whoever looks next goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import system_clock
from bot.slack.client import is_slow, retry_after, slack_error_code

PAGE = 15
"""The most that Slack gives to every app; it gives fewer than were asked for without saying so."""

LEASE = timedelta(minutes=5)
"""For how long a claim is left alone: a try that was begun is over by then."""

MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far Slack's clock, which stamps messages, may differ from ours; Slack's requests are not older either."""

CHANNEL_GONE_ERRORS = ("channel_not_found", "not_in_channel")


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """The place of a posted message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class PostingTime:
    """Between which instants Slack stamped a message, if it was posted."""

    since: datetime
    until: datetime

    @classmethod
    def from_now(cls, now: datetime) -> "PostingTime":
        """Return it for a try that begins now. `now` may be an instant that somebody made up; Slack's is not."""
        real = system_clock()
        return cls(min(now, real) - MAX_CLOCK_SKEW, max(now, real) + LEASE + MAX_CLOCK_SKEW)


class HistoryLimited(Exception):
    """Slack lets us read no more of a channel's history for `wait`. What was read is remembered."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Slack limits how fast Tend may read the channel, to see whether it was posted")
        self.wait = wait


def find_posted(
    client: WebClient,
    channel: str,
    token: str,
    time: PostingTime,
    note_page: Callable[[int, datetime | None], None],
) -> PostedMessage | None:
    """Find a delivery's message. None if it was never posted.

    `note_page` is told of each page that was read without finding it: its number of messages, and the instant before
    which to read on, or None if all was read.

    Raises:
        HistoryLimited: not all could be read yet.
    """
    until: datetime | None = time.until
    while until is not None and until > time.since:
        try:
            answer = client.conversations_history(
                channel=channel,
                oldest=_stamp(time.since),
                latest=_stamp(until),
                include_all_metadata=True,
                limit=PAGE,
            )
        except SlackApiError as error:
            if slack_error_code(error) in CHANNEL_GONE_ERRORS:
                return None  # so nothing could be posted there
            if is_slow(error):
                raise HistoryLimited(retry_after(error)) from error
            raise
        messages = answer.get("messages") or []
        for message in messages:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == token:
                return PostedMessage(channel, str(message["ts"]))
        if answer.get("has_more") and not messages:
            raise HistoryLimited(timedelta(minutes=1))  # so it is not known
        until = min(_instant(message["ts"]) for message in messages) if answer.get("has_more") and messages else None
        note_page(len(messages), until)
    return None


def _stamp(instant: datetime) -> str:
    return f"{instant.timestamp():.6f}"


def _instant(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
