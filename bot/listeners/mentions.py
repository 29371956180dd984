"""What people write to Tend: in its DM, or to @Tend in a channel. It is read as what is typed behind a command."""

import re
from functools import partial
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.listeners import command_router, partners
from bot.listeners.middleware import TEAM, as_caller, is_channel_message
from bot.listeners.respond import Form, post_ephemeral, post_with_fallback
from bot.messages.workspace.help import form_only_message
from bot.services import Services
from bot.slack.blocks import Message

_WRITTEN = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that a person wrote: with a file, *also sent to the channel*, by `/me`."""


def register(app: App, services: Services) -> None:
    """Listen to messages; all but those that a person wrote to us are let be."""

    @app.event("message")
    def written(event: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if is_channel_message(event):
            for team in services.workspaces.sharing(context[TEAM]):  # a channel may be of several, and is told once
                partners.record_channel_message(services, team, event, body, client)
        elif is_direct_message(event):
            text = event.get("text") or ""
            said = as_caller(context, lambda caller: answer_message(services.engine, caller, text))
            thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
            post_with_fallback(partial(_post, client, {"channel": event["channel"], **thread}), said)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        text = _strip_mention(event.get("text") or "", context[TEAM].bot_user_id)
        said = as_caller(context, lambda caller: answer_message(services.engine, caller, text))
        post_ephemeral(client, event, said)


def _post(client: WebClient, place: dict[str, Any], message: Message) -> bool:
    client.chat_postMessage(**place, **message.payload())
    return True


def is_direct_message(event: dict[str, Any]) -> bool:
    """Return whether a person wrote this message to us in their DM, rather than changed it, or a bot wrote it."""
    from_person = bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in _WRITTEN
    in_dm = event.get("channel_type") == "im" and bool(event.get("channel"))
    return event.get("type") == "message" and in_dm and from_person


def answer_message(engine: Engine, caller: Caller, text: str) -> Message:
    """Do what a text says, with or without a command in front.

    Raises:
        UsageError, TendError: as `understand`.
    """
    reply = command_router.say(engine, caller, text)
    if not isinstance(reply, Form):
        return reply
    command = reply.view["callback_id"].partition(":")[0]
    return form_only_message(f"/{command}" if f"/{command}" in command_router.COMMANDS else "/partner", reply.also)


def _strip_mention(text: str, bot_user: str | None) -> str:
    """Return the text without the mention of us and what leads on from it: `<@U1>: touch …`."""
    if bot_user:
        text = re.sub(rf"\s*<@{re.escape(bot_user)}(?:\|[^>]*)?>[\s:,]*", " ", text)
    return text.strip()
