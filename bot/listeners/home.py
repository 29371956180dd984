"""The App Home, the shortcut on messages, and what Slack tells of people."""

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.portfolio.owners import by_owner
from bot.actions.workspace import first_steps
from bot.grammar import Touch
from bot.grammar.tokens import plain
from bot.listeners.middleware import CALLER
from bot.listeners.respond import Form, open_form
from bot.messages import forms, home
from bot.services import House
from bot.slack import callback_ids
from bot.slack.blocks import clip

LONGEST_NOTE = 1_000


def register(app: App, house: House) -> None:
    """Listen to the Home and the shortcut."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("tab") == "home":
            due, mine = overview.mine(house.engine, context[CALLER])
            steps = first_steps.first_steps(house.engine, context[CALLER])
            whole = () if mine.scored else by_owner(house.engine, context[CALLER])
            client.views_publish(user_id=context[CALLER].user_id, view=home.home(due, mine, steps, whole))

    @app.message_shortcut(callback_ids.LOG_MESSAGE)
    def log_message(ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        note = clip(plain(shortcut.get("message", {}).get("text") or ""), LONGEST_NOTE) or None
        asked = Touch(partner=None, note=note, occurred_on=context[CALLER].today)
        open_form(client, shortcut, Form(forms.touch(asked)))
        ack()
