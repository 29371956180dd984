"""Bolt's Socket Mode handler with in-flight tracking, on connections that end in their own time."""

import json
import threading
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.socket_mode.builtin.client import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.process.in_flight import InFlight

PING_SECONDS = 10
LINGER_SECONDS = 5.0
"""How long a connection that Slack asked to replace stays open for the answers to what came over it: Slack waits three
seconds for them, and closes it after about ten."""
MAX_UNANSWERED = 1_000


class SocketModeConnection(SocketModeHandler):
    """A Socket Mode connection that ignores new requests once shutdown began. Slack then shows a timeout."""

    def __init__(self, app: App, app_token: str, in_flight: InFlight) -> None:
        BaseSocketModeHandler.__init__(self)  # Bolt's own would open a client of slack_sdk's
        self._in_flight = in_flight
        self.app, self.app_token = app, app_token
        self.client = PatientClient(
            app_token=app_token,
            logger=app.logger,
            web_client=app.client,
            proxy=app.client.proxy,
            ping_interval=PING_SECONDS,
        )
        self.client.socket_mode_request_listeners.append(self.handle)

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Handle and acknowledge a request, unless shutdown began."""
        with self._in_flight.track() as accepted:
            if accepted:
                super().handle(client, req)  # type: ignore[arg-type]


class PatientClient(SocketModeClient):
    """Answer each request over the connection that it came by, also after Slack asked for a new connection.

    slack_sdk closes the old connection as soon as the new one is open, and answers over the new one what came by the
    old, where Slack does not wait for it.
    """

    def __init__(self, **options: Any) -> None:
        self._came_by: dict[str, Any] = {}
        self._read: Any = None
        super().__init__(**options)

    def connect(self) -> None:
        """Open a connection. The one before, if any, is closed later."""
        if self.current_session is not None and not isinstance(self.current_session, _Lingering):
            self.current_session = _Lingering(self.current_session)  # type: ignore[assignment]
        super().connect()

    def send_message(self, message: str) -> None:
        """Send an answer over the connection of its request, as long as that is open."""
        session = self._came_by.pop(_envelope_id(message) or "", None)
        if session is not None and session is not self.current_session and session.is_active():
            session.send(message)
        else:
            super().send_message(message)

    def _run_current_session(self) -> None:
        self._read = self.current_session
        super()._run_current_session()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    def _on_message(self, message: str) -> None:
        if envelope_id := _envelope_id(message):
            self._came_by[envelope_id] = self._read
            while len(self._came_by) > MAX_UNANSWERED:
                self._came_by.pop(next(iter(self._came_by)), None)
        super()._on_message(message)


class _Lingering:
    """A connection that closes a while after it was told to."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def close(self) -> None:
        """Close it once the answers to what came over it had their time."""
        closing = threading.Timer(LINGER_SECONDS, self._session.close)
        closing.daemon = True
        closing.start()


def _envelope_id(message: str) -> str | None:
    try:
        found = json.loads(message).get("envelope_id")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
