"""What people write to Tend: in its DM, or to @Tend in a channel. Commands are understood, with or without a slash;
prose is not, and Tend says so."""

from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.actions.caller import Caller, claim_request
from bot.listeners import partners
from bot.listeners.dispatch import COMMANDS, run_command
from bot.listeners.middleware import CALLER, TEAM, is_channel_message
from bot.listeners.respond import Form, post_ephemeral
from bot.messages.workspace.help import commands_only_message, form_only_message, help_message, is_help_request
from bot.services import Services
from bot.slack.blocks import Message


def register(app: App, services: Services) -> None:
    """Listen to messages; all but those that a person wrote to us are let be."""

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if is_channel_message(event):
            partners.record_channel_message(services, context[TEAM], event)
        elif is_direct_message(event):
            said = answer_message(services.engine, context[CALLER], event.get("text") or "")
            client.chat_postMessage(channel=event["channel"], **said.payload())

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        said = answer_message(
            services.engine, context[CALLER], _strip_mention(event.get("text") or "", context[TEAM].bot_user_id)
        )
        post_ephemeral(client, event, said)


def is_direct_message(event: dict[str, Any]) -> bool:
    """Whether it is a message that a person wrote in their DM with us: no change of one, and nothing of a bot's."""
    from_person = bool(event.get("user")) and not event.get("bot_id") and not event.get("subtype")
    in_dm = event.get("channel_type") == "im" and bool(event.get("channel"))
    return event.get("type") == "message" and in_dm and from_person


def answer_message(engine: Engine, caller: Caller, text: str) -> Message:
    """Do what a line says that begins with a command; of any other say what there is.

    Raises:
        UsageError, TendError: as `run_command`.
    """
    first, _, rest = text.strip().partition(" ")
    command = f"/{first.strip().removeprefix('/').casefold()}"
    if command not in COMMANDS:
        claim_request(engine, caller)
        return help_message() if is_help_request(text) else commands_only_message()
    reply = run_command(engine, caller, command, rest.strip())
    return form_only_message(command, reply.also) if isinstance(reply, Form) else reply


def _strip_mention(text: str, bot_user: str | None) -> str:
    """The text without the mention of us in front."""
    text = text.strip()
    if bot_user and text.startswith(f"<@{bot_user}"):
        return text.partition(">")[2]
    return text
