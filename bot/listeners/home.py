"""The App Home, the shortcut on messages, and what Slack tells of people."""

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.grammar import TouchRequest
from bot.grammar.tokens import plain_text
from bot.listeners.middleware import CALLER
from bot.listeners.respond import Form, open_form
from bot.messages import forms, home
from bot.services import Services
from bot.slack import callback_ids
from bot.slack.blocks import clip

MAX_NOTE_LENGTH = 1_000


def register(app: App, services: Services) -> None:
    """Listen to the Home and the shortcut."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("tab") == "home":
            due, mine = overview.list_my_partners(services.engine, context[CALLER])
            client.views_publish(user_id=context[CALLER].user_id, view=home.home_view(due, mine))

    @app.message_shortcut(callback_ids.LOG_MESSAGE)
    def log_message(ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        note = clip(plain_text(shortcut.get("message", {}).get("text") or ""), MAX_NOTE_LENGTH) or None
        asked = TouchRequest(partner=None, note=note, occurred_on=context[CALLER].today)
        open_form(client, shortcut, Form(forms.touch_form(asked)))
        ack()
