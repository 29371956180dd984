"""When a workspace throws the app out, or takes its token back."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltContext

from bot.listeners.middleware import TEAM
from bot.services import House


def register(app: App, house: House) -> None:
    """Listen to Slack's word that we are no longer wanted."""

    @app.event("app_uninstalled")
    def uninstalled(context: BoltContext, body: dict[str, Any]) -> None:
        house.workspaces.uninstalled(context[TEAM], _when(body))

    @app.event("tokens_revoked")
    def revoked(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        if event.get("tokens", {}).get("bot"):  # those of single people are none of ours
            house.workspaces.uninstalled(context[TEAM], _when(body))


def _when(body: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(body["event_time"]), UTC)
