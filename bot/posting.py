"""Posting one claimed delivery to Slack, and what a failure means for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack import is_unknown_method, refused

EVENT_TYPE = "tend_delivery"

# Slack's words for what a person can mend; the delivery waits for that. Anything else it refuses is final.
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
}


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
    """The channel of the DM between the bot and a person."""
    return str(client.conversations_open(users=user_id)["channel"]["id"])


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


def post(client: WebClient, channel: str, token: str, payload: dict[str, Any]) -> Posted:
    """Post a message that carries its delivery's token, by which it is found again."""
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
    cursor = None
    while True:
        answer = client.conversations_history(
            channel=channel, oldest=str(since.timestamp() - 60), include_all_metadata=True, limit=200, cursor=cursor
        )
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
        word = refused(error)
        if error.response.status_code >= 500 or error.response.status_code == 429:
            return Trouble(f"Slack answered {error.response.status_code}", final=False)
        return Trouble(MENDABLE.get(word, f"Slack refused it: {word}"), final=word not in MENDABLE)
    return Trouble(f"Slack could not be reached ({type(error).__name__})", final=False)
