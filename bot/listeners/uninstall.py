"""When a workspace throws the app out, or takes its token back."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltContext

from bot.listeners.middleware import TEAM
from bot.services import Services


def register(app: App, services: Services) -> None:
    """Listen to Slack's word that we are no longer wanted."""

    @app.event("app_uninstalled")
    def uninstalled(context: BoltContext, body: dict[str, Any]) -> None:
        services.workspaces.uninstalled(context[TEAM], _event_time(body))

    @app.event("tokens_revoked")
    def revoked(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        if event.get("tokens", {}).get("bot"):  # those of single people are none of ours
            services.workspaces.uninstalled(context[TEAM], _event_time(body))


def _event_time(body: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(body["event_time"]), UTC)
