"""Posting one claimed delivery to Slack, and finding it again."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import system_clock
from bot.messages.plain_text import as_text
from bot.slack.blocks import Message, clip, esc
from bot.slack.charts import without_charts
from bot.slack.client import refused

log = logging.getLogger(__name__)

EVENT_TYPE = "tend_delivery"

# How far Slack's clock, whose stamps the messages carry, may be from ours.
CLOCKS_APART = timedelta(days=1)

NOT_THERE = ("channel_not_found", "not_in_channel")

# Of how a message looks, not of whether it may be posted: its words go all the same.
NOT_LIKE_THAT = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")
PLAIN_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands now."""

    channel: str
    ts: str


def post(client: WebClient, channel: str, token: str, message: Message) -> Posted:
    """Post a message that carries its delivery's token, by which it is found again.

    Where Slack refuses its blocks, or its length, it goes once more with the numbers of its charts as text, and then
    as plain text.
    """
    said = without_charts(message)
    text = esc(clip(as_text(said), PLAIN_TEXT))
    tries = [message.payload(), *([said.payload()] if said is not message else ())]
    for payload in tries:
        try:
            return _post(client, channel, token, payload)
        except SlackApiError as error:
            if refused(error) not in NOT_LIKE_THAT:
                raise
            log.warning("a message goes more plainly: %s", refused(error))
    return _post(client, channel, token, {"text": text, "mrkdwn": False})


def _post(client: WebClient, channel: str, token: str, payload: dict[str, Any]) -> Posted:
    answer = client.chat_postMessage(
        channel=channel,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery": token}},
        unfurl_links=False,
        unfurl_media=False,
        **payload,
    )
    return Posted(str(answer.get("channel") or channel), str(answer.get("ts") or ""))


def find_posted(client: WebClient, channel: str, token: str, since: datetime) -> Posted | None:
    """The message of a delivery in the channel's history since its first claim; None if it never got there."""
    oldest = min(since, system_clock()) - CLOCKS_APART
    cursor = None
    while True:
        try:
            answer = client.conversations_history(
                channel=channel, oldest=str(oldest.timestamp()), include_all_metadata=True, limit=200, cursor=cursor
            )
        except SlackApiError as error:
            if refused(error) in NOT_THERE:
                return None  # nor could anything be posted there
            raise
        for message in answer.get("messages") or []:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == token:
                return Posted(channel, str(message["ts"]))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
