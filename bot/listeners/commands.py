"""Listen to the slash commands; `command_router` runs them."""

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.listeners.command_router import COMMANDS, run_command
from bot.listeners.middleware import as_caller
from bot.listeners.respond import answer_command
from bot.services import Services


def register(app: App, services: Services) -> None:
    """Register one listener for every command in `COMMANDS`."""

    def command(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        text = body.get("text") or ""
        reply = as_caller(context, lambda caller: run_command(services.engine, caller, body["command"], text))
        answer_command(ack, client, body, reply)

    for name in COMMANDS:
        app.command(name)(command)
