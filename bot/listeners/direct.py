"""What people write to Tend in their DM with it: it reads no prose, and says what it does read."""

from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from bot.actions.caller import answer_once
from bot.house import House
from bot.listeners.context import CALLER
from bot.messages.help import commands_only


def register(app: App, house: House) -> None:
    """Listen to messages; all but those that a person wrote to us are let be."""

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if is_to_us(event):
            answer_once(house.engine, context[CALLER])
            client.chat_postMessage(channel=event["channel"], **commands_only().payload())


def is_to_us(event: dict[str, Any]) -> bool:
    """Whether it is a message that a person wrote in their DM with us: no change of one, and nothing of a bot's."""
    from_person = bool(event.get("user")) and not event.get("bot_id") and not event.get("subtype")
    in_dm = event.get("channel_type") == "im" and bool(event.get("channel"))
    return event.get("type") == "message" and in_dm and from_person
