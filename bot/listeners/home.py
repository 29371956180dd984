"""The App Home, the prompts of the Messages tab, and the shortcuts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.portfolio.owners import by_owner
from bot.actions.workspace import crm_connections, first_steps, integrations, meetings, webhooks
from bot.listeners import lines
from bot.listeners.middleware import CALLER
from bot.listeners.respond import Form, open_form
from bot.messages import forms, home
from bot.messages.common import with_workspace
from bot.notifications.welcome import welcome_first
from bot.services import Services
from bot.slack import callback_ids
from bot.slack.prompts import prompts_for, suggest


def register(app: App, services: Services) -> None:
    """Listen to the Home, the Messages tab and the shortcuts."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if event.get("tab") == "home":
            due, mine = overview.list_my_partners(services.engine, context[CALLER])
            steps = first_steps.first_steps(services.engine, context[CALLER])
            whole = () if mine.scored else by_owner(services.engine, context[CALLER])
            programs = integrations.recorded_lately(services.engine, context[CALLER])
            own = meetings.describe_calendar(services.engine, context[CALLER])
            hooks = webhooks.find_problems(services.engine, context[CALLER])
            may_see = context[CALLER].is_steward
            crms = crm_connections.list_connections(services.engine, context[CALLER]) if may_see else ()
            view = home.home_view(due, mine, steps, whole, programs, own, hooks, crms)
            view = with_workspace(view, context[CALLER].team)
            client.views_publish(user_id=context[CALLER].user_id, view=view)
        elif event.get("tab") == "messages" and event.get("channel"):
            due, mine = overview.list_my_partners(services.engine, context[CALLER])
            if not mine.scored:
                welcome_first(services.engine, context[CALLER], client, event["channel"])
            worst = [item.scored for item in due.urgent_items] or list(mine.scored)
            suggest(client, event["channel"], prompts_for(worst[0].partner.name if worst else None))

    @app.global_shortcut(callback_ids.RECORD)
    def record(ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        open_form(client, shortcut, Form(with_workspace(forms.record_form(), context[CALLER].team)))
        ack()

    @app.message_shortcut(callback_ids.LOG_MESSAGE)
    def log_message(ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        message, caller = shortcut.get("message") or {}, context[CALLER]
        day = min(caller.own_day(written_at(message.get("ts")) or caller.now), caller.own_today)
        form = lines.touch_of_message(services.engine, caller, message.get("text") or "", day)
        open_form(client, shortcut, replace(form, view=with_workspace(form.view, caller.team)))
        ack()


def written_at(stamp: object) -> datetime | None:
    """Return the instant of a message's timestamp. None if it is not one that Slack gives."""
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
