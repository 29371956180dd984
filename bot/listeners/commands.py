"""The slash commands."""

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.listeners.dispatch import COMMANDS, understand
from bot.listeners.middleware import CALLER
from bot.listeners.respond import answer_command
from bot.services import House


def register(app: App, house: House) -> None:
    """Listen to every command there is."""

    def command(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        reply = understand(house.engine, context[CALLER], body["command"], body.get("text") or "")
        answer_command(ack, client, body, reply)

    for name in COMMANDS:
        app.command(name)(command)
