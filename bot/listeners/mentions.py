"""What people write to Tend: in its DM, or to @Tend in a channel. Commands are understood, with or without a slash;
prose is not, and Tend says so."""

from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.actions.caller import Caller, answer_once
from bot.listeners import channels
from bot.listeners.dispatch import COMMANDS, understand
from bot.listeners.middleware import CALLER, TEAM, is_overheard
from bot.listeners.respond import Form, only_to
from bot.messages.workspace.help import asks_for_help, commands_only, form_only, help_
from bot.services import House
from bot.slack.blocks import Message


def register(app: App, house: House) -> None:
    """Listen to messages; all but those that a person wrote to us are let be."""

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if is_overheard(event):
            channels.overhear(house, context[TEAM], event)
        elif is_to_us(event):
            said = answer(house.engine, context[CALLER], event.get("text") or "")
            client.chat_postMessage(channel=event["channel"], **said.payload())

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        said = answer(house.engine, context[CALLER], _unaddressed(event.get("text") or "", context[TEAM].bot_user_id))
        only_to(client, event, said)


def is_to_us(event: dict[str, Any]) -> bool:
    """Whether it is a message that a person wrote in their DM with us: no change of one, and nothing of a bot's."""
    from_person = bool(event.get("user")) and not event.get("bot_id") and not event.get("subtype")
    in_dm = event.get("channel_type") == "im" and bool(event.get("channel"))
    return event.get("type") == "message" and in_dm and from_person


def answer(engine: Engine, caller: Caller, text: str) -> Message:
    """Do what a line says that begins with a command; of any other say what there is.

    Raises:
        UsageError, TendError: as `understand`.
    """
    first, _, rest = text.strip().partition(" ")
    command = f"/{first.strip().removeprefix('/').casefold()}"
    if command not in COMMANDS:
        answer_once(engine, caller)
        return help_() if asks_for_help(text) else commands_only()
    reply = understand(engine, caller, command, rest.strip())
    return form_only(command, reply.also) if isinstance(reply, Form) else reply


def _unaddressed(text: str, bot_user: str | None) -> str:
    """The text without the mention of us in front."""
    text = text.strip()
    if bot_user and text.startswith(f"<@{bot_user}"):
        return text.partition(">")[2]
    return text
