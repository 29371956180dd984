"""Bolt's Socket Mode handler with in-flight tracking."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.process.in_flight import InFlight


class SocketModeConnection(SocketModeHandler):
    """A Socket Mode connection that ignores new requests once shutdown began. Slack then shows a timeout."""

    def __init__(self, app: App, app_token: str, in_flight: InFlight) -> None:
        self._in_flight = in_flight
        super().__init__(app, app_token)

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Handle and acknowledge a request, unless shutdown began."""
        with self._in_flight.track() as accepted:
            if accepted:
                super().handle(client, req)  # type: ignore[arg-type]
