"""chat.* methods, and response URLs, which do the same without a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.fake_slack.state.models import Channel, Json, Message, SlackError
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.validation.rules import (
    MAX_TEXT_LENGTH,
    MAX_UPDATED_TEXT_LENGTH,
    Problem,
    check_length,
    check_message,
)
from bot.fake_slack.web_api.call import ApiCall, Method

MAX_RESPONSE_USES = 5
RESPONSE_URL_LIFETIME = timedelta(minutes=30)
# Scope for posting in public channels without being a member.
POST_ANYWHERE_SCOPE = "chat:write.public"


def find_channel(world: WorkspaceState, name: str) -> Channel:
    """Find the conversation of a `channel` argument: a channel id or name, a DM or a user id."""
    if name in world.channels:
        return world.visible(name)
    if name in world.people:
        return open_dm(world, name)
    for channel in world.channels.values():
        if not channel.is_im and channel.name == name.lstrip("#") and channel.is_visible:
            return channel
    raise SlackError("channel_not_found")


def open_dm(world: WorkspaceState, user: str) -> Channel:
    """Open a DM, or raise SlackError for bots and deactivated people."""
    person = world.person(user)
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    return world.open_dm(user)


def find_writable_channel(world: WorkspaceState, name: str) -> Channel:
    """Find the conversation of a `channel` argument, or raise SlackError if the bot may not post there."""
    channel = find_channel(world, name)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member and not (world.installed and POST_ANYWHERE_SCOPE in world.scopes):
        raise SlackError("not_in_channel")
    if channel.is_im and world.installed and not world.installed.has_messages:
        raise SlackError("messages_tab_disabled")
    return channel


def _validated_content(ask: ApiCall, longest: int | None = None) -> tuple[str, list[Json]]:
    text, blocks = str(ask.args.get("text") or "")[:longest], ask.args.get("blocks")
    raise_problem(check_message(text, blocks, ask.args.get("metadata"), unknown=ask.world.refuse_blocks))
    return text, blocks or []


def raise_problem(problem: Problem | None) -> None:
    """Raise SlackError if there is a problem."""
    if problem is not None:
        raise SlackError(problem.error, problem.messages)


def post_message(ask: ApiCall) -> Json:
    """chat.postMessage. A text that is too long is truncated."""
    channel = find_writable_channel(ask.world, ask.text("channel"))
    text, blocks = _validated_content(ask, MAX_TEXT_LENGTH)
    raise_problem(check_length(blocks))
    message = ask.world.post(
        channel.id, text, blocks, metadata=ask.args.get("metadata"), thread_ts=ask.optional_text("thread_ts")
    )
    return {"channel": channel.id, "ts": message.ts, "message": ask.message_json(message)}


def post_ephemeral(ask: ApiCall) -> Json:
    """chat.postEphemeral"""
    channel = find_writable_channel(ask.world, ask.text("channel"))
    user = ask.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _validated_content(ask)
    message = ask.world.post(channel.id, text, blocks, only_for=user)
    return {"message_ts": message.ts}


def _own_message(ask: ApiCall, refusal: str) -> Message:
    channel = find_channel(ask.world, ask.text("channel"))
    message = ask.world.find(channel.id, ask.text("ts"))
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    if not message.by_bot:
        raise SlackError(refusal)
    return message


def update(ask: ApiCall) -> Json:
    """chat.update. Without `blocks`, the old ones stay only if there is no text either."""
    with ask.world.lock:
        message = _own_message(ask, "cant_update_message")
        new: Json = {key: ask.args[key] for key in ("text", "metadata") if ask.args.get(key) is not None}
        if len(str(new.get("text", ""))) > MAX_UPDATED_TEXT_LENGTH:
            raise SlackError("msg_too_long")
        blocks = ask.args.get("blocks")
        new_blocks = blocks if blocks is not None else [] if new.get("text") else list(message.blocks)
        raise_problem(check_message(new.get("text"), new_blocks, new.get("metadata"), unknown=ask.world.refuse_blocks))
        changed = ask.world.change(message, **new, blocks=new_blocks)
    return {
        "channel": changed.channel,
        "ts": changed.ts,
        "text": changed.text,
        "message": ask.message_json(changed),
    }


def delete(ask: ApiCall) -> Json:
    """chat.delete"""
    with ask.world.lock:
        message = _own_message(ask, "cant_delete_message")
        ask.world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(ask: ApiCall) -> Json:
    """chat.getPermalink"""
    channel = find_channel(ask.world, ask.text("channel"))
    ts = ask.text("message_ts")
    if ask.world.find(channel.id, ts) is None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": f"{ask.base_url}archives/{channel.id}/p{ts.replace('.', '')}"}


def respond(world: WorkspaceState, key: str, body: Any) -> None:
    """Apply a POST to a response URL. Errors: no_such_url, used_url, expired_url, or invalid content."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    with world.lock:
        ticket = world.response_urls.get(key)
        if ticket is None or ticket.channel is None:
            raise SlackError("no_such_url")
        if ticket.uses >= MAX_RESPONSE_USES:
            raise SlackError("used_url")
        if world.clock() - ticket.at > RESPONSE_URL_LIFETIME:
            raise SlackError("expired_url")
        original = world.find(ticket.channel, ticket.message_ts) if ticket.message_ts else None
        if body.get("delete_original"):
            if original is not None:
                world.remove(original)
            world.response_urls[key] = replace(ticket, uses=ticket.uses + 1)
            return
        text, blocks = str(body.get("text") or ""), body.get("blocks")
        raise_problem(check_message(text, blocks, unknown=world.refuse_blocks))
        world.response_urls[key] = replace(ticket, uses=ticket.uses + 1)
        if body.get("replace_original") and original is not None:
            world.change(original, text=text, blocks=blocks or [])
        else:
            show_response(world, ticket.user, ticket.channel, body)


def show_response(world: WorkspaceState, user: str, channel: str, body: Json) -> Message:
    """Show a response: to everyone with `in_channel`, otherwise to this person."""
    only_for = None if body.get("response_type") == "in_channel" else user
    return world.post(channel, str(body.get("text") or ""), body.get("blocks") or [], only_for=only_for)


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
