"""Post one claimed delivery to Slack, and find it again."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import system_clock
from bot.messages.plain_text import as_text
from bot.slack.blocks import Message, clip, escape
from bot.slack.charts import without_charts
from bot.slack.client import slack_error_code

log = logging.getLogger(__name__)

EVENT_TYPE = "tend_delivery"

# How far Slack's clock, which stamps messages, may differ from ours.
MAX_CLOCK_SKEW = timedelta(days=1)

CHANNEL_GONE_ERRORS = ("channel_not_found", "not_in_channel")

# Errors about the layout only, so the text can still be posted.
INVALID_BLOCKS_ERRORS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")
MAX_PLAIN_TEXT_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """The place of a posted message."""

    channel: str
    ts: str


def post_message(client: WebClient, channel: str, token: str, message: Message) -> PostedMessage:
    """Post a message with its delivery's token, by which it can be found again.

    If Slack rejects its blocks or length, retry with charts as text, then as plain text.
    """
    said = without_charts(message)
    text = escape(clip(as_text(said), MAX_PLAIN_TEXT_LENGTH))
    tries = [message.payload(), *([said.payload()] if said is not message else ())]
    for payload in tries:
        try:
            return _post(client, channel, token, payload)
        except SlackApiError as error:
            if slack_error_code(error) not in INVALID_BLOCKS_ERRORS:
                raise
            log.warning("a message goes more plainly: %s", slack_error_code(error))
    return _post(client, channel, token, {"text": text, "mrkdwn": False})


def _post(client: WebClient, channel: str, token: str, payload: dict[str, Any]) -> PostedMessage:
    answer = client.chat_postMessage(
        channel=channel,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery": token}},
        unfurl_links=False,
        unfurl_media=False,
        **payload,
    )
    return PostedMessage(str(answer.get("channel") or channel), str(answer.get("ts") or ""))


def find_posted(client: WebClient, channel: str, token: str, since: datetime) -> PostedMessage | None:
    """Find a delivery's message in the channel's history since its first claim. None if it was never posted."""
    oldest = min(since, system_clock()) - MAX_CLOCK_SKEW
    cursor = None
    while True:
        try:
            answer = client.conversations_history(
                channel=channel, oldest=str(oldest.timestamp()), include_all_metadata=True, limit=200, cursor=cursor
            )
        except SlackApiError as error:
            if slack_error_code(error) in CHANNEL_GONE_ERRORS:
                return None  # so nothing could be posted there
            raise
        for message in answer.get("messages") or []:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == token:
                return PostedMessage(channel, str(message["ts"]))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
