"""When a workspace throws the app out, or takes its token back."""

from typing import Any

from slack_bolt import App, BoltContext

from bot.house import House
from bot.listeners.context import TEAM


def register(app: App, house: House) -> None:
    """Listen to Slack's word that we are no longer wanted."""

    @app.event("app_uninstalled")
    def uninstalled(context: BoltContext) -> None:
        house.workspaces.uninstalled(context[TEAM])

    @app.event("tokens_revoked")
    def revoked(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("tokens", {}).get("bot"):  # those of single people are none of ours
            house.workspaces.uninstalled(context[TEAM])
