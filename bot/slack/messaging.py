"""Open DMs, refuse shared channels, and explain failed Slack calls."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import TendError
from bot.process.log_config import safe_repr
from bot.slack.client import is_transient, is_unknown_method, slack_error_code
from bot.slack.members import GUEST, ChannelReaders, Member

log = logging.getLogger(__name__)

MEMBERS_PAGE = 100
MOST_READERS = 20
"""How many members of a channel are looked at: each that is new costs a call, and Slack waits three seconds."""

# Refusals of the message itself, or because nobody is there to read it: no later try can succeed. All others, also
# those that Slack may think of yet, somebody can mend, or they pass: the delivery is retried.
FINAL_ERRORS = frozenset(
    {
        "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "block_mismatch",
        "too_many_attachments", "too_many_contact_cards", "invalid_metadata_format", "invalid_metadata_schema",
        "metadata_too_large", "markdown_text_conflict", "invalid_arguments", "invalid_arg_name",
        "user_not_found", "users_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot",
    }
)  # fmt: skip
# What some of the others mean.
ERROR_TEXTS = {
    "invalid_auth": "Slack does not accept the bot's token",
    "not_authed": "Slack does not accept the bot's token",
    "token_revoked": "the bot's token was revoked",
    "token_expired": "the bot's token has expired",
    "account_inactive": "the bot's account was deactivated",
    "ratelimited": "Slack is limiting requests",
    "rate_limited": "Slack is limiting requests",
    "message_limit_exceeded": "the workspace has sent as many messages as Slack lets it",
    "team_added_to_org": "the workspace is being moved into an organisation",
    "org_login_required": "the workspace is being moved into an organisation",
    "team_access_not_granted": "the app has no access to the workspace: an admin of the organisation has to grant it",
    "accesslimited": "the workspace does not let Tend in from its network",
    "ekm_access_denied": "the workspace's admins have suspended posting",
    "not_in_channel": "Tend is not in the channel: add it with /invite",
    "channel_not_found": "the channel does not exist, or it is private and Tend is not in it",
    "is_archived": "the channel is archived",
    "missing_scope": "the app lacks a permission: reinstall it with the latest manifest",
    "restricted_action": "the workspace does not let Tend post there",
    "restricted_action_read_only_channel": "the channel is read-only: its settings have to let Tend post there",
    "restricted_action_thread_only_channel": "the channel takes replies in threads only",
    "posting_to_general_channel_denied": "the workspace does not let Tend post in its general channel",
    "internal_error": "Slack is having problems",
    "fatal_error": "Slack is having problems",
    "service_unavailable": "Slack is having problems",
    "request_timeout": "Slack is having problems",
}


class SharedChannel(Exception):
    """The channel is shared with another organisation, so nothing about partners may be posted there."""


@dataclass(frozen=True, slots=True)
class PostFailure:
    """Why a message was not posted. `is_final`: do not retry."""

    text: str
    is_final: bool


def open_dm(client: WebClient, user_id: str) -> str:
    """Return the DM channel id for a user, or the user id if Slack returned none."""
    try:
        opened = client.conversations_open(users=user_id).get("channel") or {}
    except SlackApiError as error:
        if not is_unknown_method(error):
            raise
        opened = {}
    return str(opened.get("id") or user_id)


def check_private(client: WebClient, channel: str) -> None:
    """Check with Slack, before each post, that the channel is internal.

    Raises:
        SharedChannel: the channel is shared, or has a pending invitation to share it.
    """
    look_at_channel(client, channel)


def look_at_channel(client: WebClient, channel: str) -> dict[str, Any]:
    """Return what Slack says about an internal channel: nothing, if it is not Slack itself.

    Raises:
        SharedChannel: the channel is shared, or has a pending invitation to share it.
    """
    try:
        info = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        if is_unknown_method(error):
            return {}  # not Slack itself, so there are no shared channels
        raise
    if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
        raise SharedChannel(channel)
    return dict(info)


def channel_problem(client: WebClient, channel: str) -> str | None:
    """Return in words why a channel can't take the digest. None if it can, or Slack does not say."""
    try:
        info = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        return ERROR_TEXTS["channel_not_found"] if slack_error_code(error) == "channel_not_found" else None
    except OSError:
        return None
    if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
        return "the channel is shared with another organisation; choose one of our own"
    return ERROR_TEXTS["is_archived"] if info.get("is_archived") else None


def channel_readers(client: WebClient, member: Callable[[str], Member], channel: str) -> ChannelReaders:
    """Look whether Tend is in a channel, and for guests among its members: one page, and few people that are new.

    It is asked while somebody waits, so it never fails: what Slack does not tell is left out.
    """
    is_joined, guests, unseen = True, [], False
    try:
        info = client.conversations_info(channel=channel).get("channel") or {}
        is_joined = bool(info.get("is_member", True))
        page = client.conversations_members(channel=channel, limit=MEMBERS_PAGE)
        users = list(page.get("members") or ())
        unseen = bool((page.get("response_metadata") or {}).get("next_cursor")) or len(users) > MOST_READERS
        for user in users[:MOST_READERS]:
            known = member(str(user))
            if known.membership == GUEST:
                guests.append(known.name)
    except (SlackApiError, OSError) as error:
        log.warning("not all who read a channel are known: %s", safe_repr(error))
        unseen = True
    return ChannelReaders(channel, is_joined, tuple(guests), unseen)


def describe_error(error: Exception) -> PostFailure:
    """Explain a failed call. If there was no response, the message may have been posted: check before retrying."""
    if isinstance(error, SharedChannel):
        return PostFailure("the channel is shared with another organisation; choose an internal one", is_final=False)
    if isinstance(error, SlackApiError):
        code, status = slack_error_code(error), error.response.status_code
        if status >= 500 or status == 429 or not re.fullmatch(r"\w+", code):
            return PostFailure(f"Slack answered with HTTP {status}", is_final=False)
        return PostFailure(ERROR_TEXTS.get(code, f"Slack refused it: {code}"), is_final=code in FINAL_ERRORS)
    if isinstance(error, OSError | HTTPException):
        return PostFailure(f"Slack could not be reached ({type(error).__name__})", is_final=False)
    if isinstance(error, TendError):
        return PostFailure(str(error), is_final=False)
    return PostFailure(f"Tend failed; see its log ({type(error).__name__})", is_final=False)


def passing_problem(error: Exception) -> str | None:
    """Return in words why Slack can't be used at the moment, or None if waiting would not help."""
    if isinstance(error, SlackApiError):
        return describe_error(error).text if is_transient(error) else None
    return safe_repr(error) if isinstance(error, OSError | HTTPException) else None


def upload_error_text(error: Exception) -> str:
    """Explain why a file upload failed."""
    if isinstance(error, SlackClientError) and not isinstance(error, SlackApiError):
        return "Slack did not accept the file"
    return describe_error(error).text
