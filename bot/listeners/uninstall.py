"""When somebody throws the app out, takes its token back, or changes which workspaces of an organisation have it."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltContext

from bot.listeners.middleware import TEAM
from bot.services import Services
from bot.slack.manifest import GRANTED, REVOKED
from bot.slack.origin import ORIGIN


def register(app: App, services: Services) -> None:
    """Listen to Slack's word of where we are wanted."""

    @app.event("app_uninstalled")
    def uninstalled(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        _ended(services, event, context, body)

    @app.event("tokens_revoked")
    def tokens_revoked(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        if event.get("tokens", {}).get("bot"):  # those of single people are none of ours
            _ended(services, event, context, body)

    @app.event(GRANTED)
    def granted(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        _changed(services, event, context, body)

    @app.event(REVOKED)
    def access_revoked(event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
        _changed(services, event, context, body)


def _ended(services: Services, event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
    if context[ORIGIN].enterprise_id:
        _changed(services, event, context, body)
    else:
        services.workspaces.uninstalled(context[TEAM], _event_time(body))


def _changed(services: Services, event: dict[str, Any], context: BoltContext, body: dict[str, Any]) -> None:
    if enterprise_id := context[ORIGIN].enterprise_id:
        services.workspaces.organisation_changed(enterprise_id, event, _event_time(body))


def _event_time(body: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(body["event_time"]), UTC)
