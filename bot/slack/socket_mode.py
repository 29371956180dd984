"""Socket Mode's side of the bot: like Bolt's own, but what is in hand is counted."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.process.in_flight import InFlight


class SocketModeConnection(SocketModeHandler):
    """A connection to Slack. Once told to finish, it takes no request any more; Slack says so to whoever asked."""

    def __init__(self, app: App, app_token: str, in_flight: InFlight) -> None:
        self._in_flight = in_flight
        super().__init__(app, app_token)

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Do what a request says and answer it, both or neither."""
        with self._in_flight.track() as begun:
            if begun:
                super().handle(client, req)  # type: ignore[arg-type]
