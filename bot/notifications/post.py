"""Posting one claimed delivery to Slack, and what a failure means for it."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import system_clock
from bot.errors import TendError
from bot.messages.plain_text import as_text
from bot.slack.blocks import Message, clip, esc
from bot.slack.charts import without_charts
from bot.slack.client import is_unknown_method, refused

log = logging.getLogger(__name__)

EVENT_TYPE = "tend_delivery"

# How far Slack's clock, whose stamps the messages carry, may be from ours.
CLOCKS_APART = timedelta(days=1)

# Slack's words for what a person can mend, or Slack itself; the delivery waits. Anything else it refuses is final.
MENDABLE = {
    "invalid_auth": "Slack does not accept the bot's token",
    "not_authed": "Slack does not accept the bot's token",
    "token_revoked": "the bot's token was revoked",
    "token_expired": "the bot's token has expired",
    "account_inactive": "the bot's account was deactivated",
    "ratelimited": "Slack asks to wait",
    "not_in_channel": "Tend is not in the channel: invite it with /invite",
    "channel_not_found": "the channel does not exist, or it is private and Tend is not in it",
    "is_archived": "the channel is archived",
    "missing_scope": "the app lacks a permission: install it again with the newest manifest",
    "restricted_action": "the workspace does not let Tend post there",
    "internal_error": "Slack is in trouble",
    "fatal_error": "Slack is in trouble",
    "service_unavailable": "Slack is in trouble",
    "request_timeout": "Slack is in trouble",
}
NOT_THERE = ("channel_not_found", "not_in_channel")

# Of how a message looks, not of whether it may be posted: its words go all the same.
NOT_LIKE_THAT = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")
PLAIN_TEXT = 10_000


class SharedChannel(Exception):
    """The channel is shared with another organisation: nothing that judges a partner is posted there."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands now."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a message is not out. `final`: trying again is no use."""

    words: str
    final: bool


def open_dm(client: WebClient, user_id: str) -> str:
    """The channel of the DM between the bot and a person; the person, where the server has no word of a channel."""
    try:
        opened = client.conversations_open(users=user_id).get("channel") or {}
    except SlackApiError as error:
        if not is_unknown_method(error):
            raise
        opened = {}
    return str(opened.get("id") or user_id)


def check_private(client: WebClient, channel: str) -> None:
    """Ask Slack, at every post anew, whether the channel is our organisation's own.

    Raises:
        SharedChannel: it is not, or will not be once an invitation is accepted.
        slack_sdk.errors.SlackApiError: Slack does not tell.
    """
    try:
        info = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        if is_unknown_method(error):
            return  # not Slack; nothing there can be shared
        raise
    if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
        raise SharedChannel(channel)


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


def trouble(error: Exception) -> Trouble:
    """What a failed call means. Without an answer nobody knows whether it was posted: look before trying again."""
    if isinstance(error, SharedChannel):
        return Trouble("the channel is shared with another organisation; choose one of our own", final=False)
    if isinstance(error, SlackApiError):
        word, status = refused(error), error.response.status_code
        if status >= 500 or status == 429 or not re.fullmatch(r"\w+", word):
            return Trouble(f"Slack answered {status}, and not in its own words", final=False)
        return Trouble(MENDABLE.get(word, f"Slack refused it: {word}"), final=word not in MENDABLE)
    if isinstance(error, OSError | HTTPException):
        return Trouble(f"Slack could not be reached ({type(error).__name__})", final=False)
    if isinstance(error, TendError):
        return Trouble(str(error), final=False)
    return Trouble(f"Tend failed, and its log says how ({type(error).__name__})", final=False)
