"""The other two ways to the bot: signed HTTP, and Socket Mode."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.fake_slack import FakeSlack, HttpConnection
from bot.process.in_flight import InFlight
from bot.slack.socket_mode import SocketModeConnection
from tests.patience import PATIENCE, until


@pytest.fixture
def endpoint(app: App) -> Iterator[str]:
    """Bolt behind a small HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {key: [value] for key, value in self.headers.items()}
            answer = app.dispatch(BoltRequest(body=body, headers=headers))
            self.send_response(answer.status)
            for key, values in answer.headers.items():
                self.send_header(key, values[0])
            self.end_headers()
            self.wfile.write((answer.body or "").encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/slack/events"
    server.shutdown()
    server.server_close()
    thread.join()


def test_http_carries_commands_forms_and_events(slack: FakeSlack, endpoint: str) -> None:
    """Signed, in the bodies that Slack uses."""
    slack.link = HttpConnection(endpoint, "stand-in-secret")
    assert slack.command("U1", "/do", "hi").visible_text == "you said hi"
    view = slack.command("U1", "/do", "form").view
    assert view is not None
    assert slack.submit("U1", view, {"name": "Ann"}).messages[0].text == "saved Ann"
    assert slack.mention("U1", "C1", "hi").status == 200


def test_http_failures_are_judged(slack: FakeSlack, endpoint: str) -> None:
    """Late, wrongly signed, and nobody there."""
    slack.link = HttpConnection(endpoint, "stand-in-secret", limit=0.3)
    assert slack.command("U1", "/do", "slow").error == "operation_timeout"
    slack.link = HttpConnection(endpoint, "another")
    assert slack.command("U1", "/do", "hi").status == 401
    slack.link = HttpConnection("http://127.0.0.1:1/", "x")
    assert slack.command("U1", "/do", "hi").error == "dispatch_failed"


def hang_up(slack: FakeSlack, *handlers: SocketModeHandler) -> None:
    """Close from this end first: slack_sdk's own close waits for its next read to time out, three seconds."""
    for handler in handlers:
        handler.client.auto_reconnect_enabled = False
        handler.client.default_auto_reconnect_enabled = False
    slack.sockets.drop()
    for handler in handlers:
        with contextlib.suppress(AttributeError):  # slack_sdk closes what its own thread has just closed
            handler.close()


@pytest.fixture
def socket_mode(slack: FakeSlack, app: App) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(app, "xapp-stand-in")
    handler.connect()
    assert slack.sockets.wait_connected()
    yield handler
    hang_up(slack, handler)


@pytest.mark.usefixtures("socket_mode")
def test_socket_mode_carries_everything(
    slack: FakeSlack, heard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands with their answer in the ack, forms, events with retries."""
    assert slack.command("U1", "/do", "hi").visible_text == "you said hi"
    view = slack.command("U1", "/do", "form").view
    assert view is not None
    assert slack.submit("U1", view, {"name": "bad"}).errors == {"name": "not this one"}
    assert slack.submit("U1", view, {"name": "Ann", "partner": "Acme"}).closed
    assert slack.mention("U1", "C1", "hi").status == 200
    monkeypatch.setattr(slack.sockets, "limit", 0.3)
    assert slack.command("U1", "/do", "crash").error == "operation_timeout"


def test_each_envelope_goes_to_one_connection(
    slack: FakeSlack, app: App, socket_mode: SocketModeHandler, heard: list[dict[str, Any]]
) -> None:
    """Two connections, and every command is heard once."""
    second = SocketModeHandler(app, "xapp-stand-in")
    second.connect()
    assert slack.sockets.wait_connected(2)
    for number in range(6):
        assert slack.command("U1", "/do", str(number)).ok
    assert [body["text"] for body in heard] == [str(number) for number in range(6)]
    hang_up(slack, socket_mode, second)
    assert slack.wait_for(lambda: slack.sockets.connections == 0) is True


@pytest.mark.usefixtures("socket_mode")
def test_a_refreshed_connection_comes_back(slack: FakeSlack) -> None:
    """slack_sdk's own client reconnects when it is told to."""
    slack.sockets.refresh()
    assert slack.sockets.wait_connected()
    assert slack.command("U1", "/do", "again").visible_text == "you said again"


def test_nobody_connected_is_a_failed_dispatch(slack: FakeSlack) -> None:
    """As when the bot is down."""
    seen = slack.command("U1", "/do", "hi")
    assert (seen.error, seen.notice) == ("dispatch_failed", '/do failed with the error "dispatch_failed"')


def test_socket_mode_needs_the_app_token(client: WebClient, slack: FakeSlack) -> None:
    """The bot's token opens no connection."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token="xoxb-stand-in")
    url = client.apps_connections_open(app_token="xapp-stand-in")["url"]
    assert url.startswith("ws://127.0.0.1:")


def test_it_starts_and_stops_cleanly() -> None:
    """No thread is left, the port is free again, stopping twice is fine."""
    before = set(threading.enumerate())
    with FakeSlack() as slack:
        port = slack.port
        WebClient(token="xoxb-stand-in", base_url=slack.api_url).auth_test()
    slack.stop()
    assert set(threading.enumerate()) <= before
    with FakeSlack(port=port) as again:
        assert again.port == port


def test_an_eleventh_connection_is_turned_away(
    client: WebClient, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack allows ten; a warning reaches them all, and a used ticket opens nothing."""

    def new_url() -> str:
        return str(client.apps_connections_open(app_token="xapp-stand-in")["url"])

    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(new_url(), proxy=None)) for _ in range(10)]
        assert json.loads(sockets[0].recv())["type"] == "hello"
        assert slack.sockets.wait_connected(10)
        used = new_url()
        eleventh = stack.enter_context(connect(used, proxy=None))
        assert json.loads(eleventh.recv()) == {"type": "disconnect", "reason": "too_many_websockets"}
        with pytest.raises(InvalidStatus):
            connect(used, proxy=None)
        monkeypatch.setattr(slack.sockets, "limit", 0.3)
        slack.sockets.warn()
        assert json.loads(sockets[0].recv())["reason"] == "warning"
        assert slack.command("U1", "/do", "hi").error == "operation_timeout"
        slack.sockets.drop()


def test_a_reset_is_a_new_world(slack: FakeSlack, client: WebClient) -> None:
    """The same server with nobody in it but the bot."""
    client.chat_postMessage(channel="C1", text="hi")
    slack.reset()
    assert (list(slack.world.people), slack.world.channels, slack.world.calls) == (["U0TENDBOT"], {}, [])


@pytest.fixture
def patient(slack: FakeSlack, app: App) -> Iterator[SocketModeConnection]:
    """The connection as Tend makes it."""
    connection = SocketModeConnection(app, "xapp-stand-in", InFlight())
    connection.connect()
    assert slack.sockets.wait_connected()
    yield connection
    connection.close()


def test_what_came_over_a_warned_connection_is_answered_over_it(
    slack: FakeSlack, app: App, patient: SocketModeConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack waits for the answer where it asked, and sends what comes next over the new connection."""
    begun, go_on = threading.Event(), threading.Event()
    dispatch = app.dispatch

    def slowly(request: BoltRequest) -> BoltResponse:
        begun.set()
        go_on.wait(PATIENCE)
        return dispatch(request)

    monkeypatch.setattr(slack.sockets, "limit", PATIENCE)
    monkeypatch.setattr(app, "dispatch", slowly)
    first = patient.client.current_session
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(slack.command, "U1", "/do", "first")
        assert begun.wait(PATIENCE)
        slack.sockets.warn()
        until(lambda: patient.client.current_session is not first and patient.client.is_connected())
        until(lambda: type(patient.client.current_session) is type(first))
        go_on.set()
        assert asked.result(PATIENCE).visible_text == "you said first"
    assert slack.command("U1", "/do", "second").visible_text == "you said second"
