"""What Slack tells of people: who left, became a guest or is an admin now."""

from typing import Any

from slack_bolt import App, BoltContext

from bot.listeners.middleware import TEAM
from bot.services import Services
from bot.slack.manifest import MEMBER_CHANGED
from bot.slack.members import is_known, save_user


def register(app: App, services: Services) -> None:
    """Listen to changes of people, and keep those of whom Tend knows."""

    @app.event(MEMBER_CHANGED)
    def changed(event: dict[str, Any], context: BoltContext) -> None:
        user = event["user"]
        for team in services.workspaces.sharing(context[TEAM]):  # Slack tells an organisation's installation once
            if is_known(services.engine, team, user["id"]):
                save_user(services.engine, team, user["id"], user, services.clock())
