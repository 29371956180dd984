"""Opening a DM, keeping out of shared channels, and what a failed call to Slack means."""

import re
from dataclasses import dataclass
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import TendError
from bot.slack.client import is_unknown_method, slack_error_code

# Slack's words for what a person can mend, or Slack itself; the delivery waits. Anything else it refuses is final.
FIXABLE_ERRORS = {
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


class SharedChannel(Exception):
    """The channel is shared with another organisation: nothing that judges a partner is posted there."""


@dataclass(frozen=True, slots=True)
class PostFailure:
    """Why a message is not out. `is_final`: trying again is no use."""

    text: str
    is_final: bool


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


def channel_problem(client: WebClient, channel: str) -> str | None:
    """Why a channel can't take the digest, in words; None where it can, or Slack does not tell."""
    try:
        info = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        return FIXABLE_ERRORS["channel_not_found"] if slack_error_code(error) == "channel_not_found" else None
    except OSError:
        return None
    if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
        return "the channel is shared with another organisation; choose one of our own"
    return FIXABLE_ERRORS["is_archived"] if info.get("is_archived") else None


def describe_error(error: Exception) -> PostFailure:
    """What a failed call means. Without an answer nobody knows whether it was posted: look before trying again."""
    if isinstance(error, SharedChannel):
        return PostFailure("the channel is shared with another organisation; choose one of our own", is_final=False)
    if isinstance(error, SlackApiError):
        word, status = slack_error_code(error), error.response.status_code
        if status >= 500 or status == 429 or not re.fullmatch(r"\w+", word):
            return PostFailure(f"Slack answered {status}, and not in its own words", is_final=False)
        return PostFailure(FIXABLE_ERRORS.get(word, f"Slack refused it: {word}"), is_final=word not in FIXABLE_ERRORS)
    if isinstance(error, OSError | HTTPException):
        return PostFailure(f"Slack could not be reached ({type(error).__name__})", is_final=False)
    if isinstance(error, TendError):
        return PostFailure(str(error), is_final=False)
    return PostFailure(f"Tend failed, and its log says how ({type(error).__name__})", is_final=False)


def upload_error_text(error: Exception) -> str:
    """What went wrong with a file that Slack was to take, in words."""
    if isinstance(error, SlackClientError) and not isinstance(error, SlackApiError):
        return "Slack did not take the file"
    return describe_error(error).text
