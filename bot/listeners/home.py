"""The App Home, the shortcut on messages, and what Slack tells of people."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.portfolio.owners import by_owner
from bot.actions.workspace import first_steps
from bot.listeners import lines
from bot.listeners.middleware import CALLER
from bot.listeners.respond import open_form
from bot.messages import home
from bot.services import Services
from bot.slack import callback_ids


def register(app: App, services: Services) -> None:
    """Listen to the Home and the shortcut."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("tab") == "home":
            due, mine = overview.list_my_partners(services.engine, context[CALLER])
            steps = first_steps.first_steps(services.engine, context[CALLER])
            whole = () if mine.scored else by_owner(services.engine, context[CALLER])
            client.views_publish(user_id=context[CALLER].user_id, view=home.home_view(due, mine, steps, whole))

    @app.message_shortcut(callback_ids.LOG_MESSAGE)
    def log_message(ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        message, caller = shortcut.get("message") or {}, context[CALLER]
        day = min(caller.own_day(written_at(message.get("ts")) or caller.now), caller.own_today)
        open_form(client, shortcut, lines.touch_of_message(services.engine, caller, message.get("text") or "", day))
        ack()


def written_at(stamp: object) -> datetime | None:
    """The instant of a message's stamp; None for none that Slack gives."""
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
