"""What strangers can cause at the door: how much is read, parsed and held for them, and for how long."""

import asyncio
import dataclasses
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.app import create_app
from bot.services import Services
from bot.web import app as web_app
from bot.web.app import make_web
from bot.web.body import BodyBudget
from bot.web.metrics_server import serve_metrics
from bot.web.server import BoundedProtocol, FewConnections, make_config
from bot.web.signature import SignatureClaim
from tests.patience import PATIENCE, until
from tests.web.endpoint import FORM, Endpoint

BIG_FORM = "&".join(["a=b"] * 200_000)


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each parse of a body."""
    threads: list[str] = []
    parse = web_app._parse_body

    def counted(body: str, kind: str) -> dict[str, Any]:
        threads.append(threading.current_thread().name)
        return parse(body, kind)

    monkeypatch.setattr(web_app, "_parse_body", counted)
    return threads


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each check of a signature."""
    threads: list[str] = []
    holds = SignatureClaim.holds

    def counted(claim: SignatureClaim, body: bytes, secret: str) -> bool:
        threads.append(threading.current_thread().name)
        return holds(claim, body, secret)

    monkeypatch.setattr(SignatureClaim, "holds", counted)
    return threads


def test_nothing_of_what_nobody_signed_is_parsed(endpoint: Endpoint, parses: list[str]) -> None:
    assert endpoint.post(BIG_FORM, X_Slack_Signature="v0=" + "0" * 64).status == 401
    assert endpoint.post('{"a":' * 1000, kind="application/json", X_Slack_Signature=None).status == 401
    assert Endpoint(endpoint.port, "forged").command("/tend", "help").status == 401
    assert parses == []


def test_what_slack_signed_is_parsed_off_the_event_loop_with_a_limit_on_fields(
    endpoint: Endpoint, parses: list[str], hashes: list[str]
) -> None:
    assert endpoint.command("/tend", "help").status == 200
    assert endpoint.post(BIG_FORM).status == 400
    assert len(parses) == len(hashes) == 2
    assert all("worker" in name.lower() or "anyio" in name.lower() for name in (*parses, *hashes)), parses


def test_a_strangers_megabyte_is_hashed_off_the_event_loop(endpoint: Endpoint, hashes: list[str]) -> None:
    assert endpoint.post("x" * 999_000, X_Slack_Signature="v0=" + "0" * 64).status == 401
    assert len(hashes) == 1
    assert "worker" in hashes[0].lower() or "anyio" in hashes[0].lower()


def test_slacks_certificate_check_needs_no_signature_if_it_is_small(endpoint: Endpoint, parses: list[str]) -> None:
    assert endpoint.post("ssl_check=1&token=x", X_Slack_Signature=None).status == 200
    assert endpoint.post("ssl_check=1&" + BIG_FORM, X_Slack_Signature=None).status == 401
    assert endpoint.post("ssl_check=0&token=ssl_check=1", X_Slack_Signature=None).status == 401
    assert parses == []


def bytes_read(web: Starlette, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, int]:
    """The status, and how many bytes of the body the app took from the server."""
    left, taken, seen = [body[at : at + 1_000] for at in range(0, len(body), 1_000)], 0, 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        chunk = left.pop(0) if left else b""
        taken += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    async def send(message: Any) -> None:
        nonlocal seen
        seen = message.get("status", seen)

    listed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": listed, "query_string": b"", "root_path": ""}
    asyncio.run(web(scope, receive, send))
    return seen, taken


@pytest.mark.parametrize(
    ("path", "status", "most"),
    [
        ("/slack/events", 401, 3_000),
        ("/their-view/made-up", 404, 0),
        ("/refer/made-up", 404, 0),
        ("/api/v1/activities", 401, 0),
    ],
)
def test_of_a_strangers_body_hardly_anything_is_read(services: Services, path: str, status: int, most: int) -> None:
    web = make_web(services, create_app(services))
    seen, taken = bytes_read(web, path, BIG_FORM.encode(), {"Content-Type": FORM})
    assert seen == status
    assert taken <= most


class Hasty(BoundedProtocol):
    """With deadlines that a test can wait for, and a limit that it can reach."""

    head_seconds, body_seconds, max_connections = 0.3, 0.6, 20


@contextmanager
def hasty(web: Starlette) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0), backlog=100)
    server = uvicorn.Server(make_config(web, grace_seconds=1, protocol=Hasty))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()


@pytest.fixture
def web(services: Services) -> Starlette:
    return make_web(services, create_app(services))


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
SLOW = {
    "nothing at all": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost:",
    "half a body": HEAD + b"X-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\nhalf",
    "half a body that nobody reads": b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    "half a head after a request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HT",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_whoever_sends_no_more_is_hung_up_on(web: Starlette, sent: bytes) -> None:
    sent = sent.replace(b"%d", str(int(time.time())).encode())
    with hasty(web) as port, socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as caller:
        caller.sendall(sent)
        with suppress(ConnectionResetError):
            while caller.recv(65_536):  # the socket's own timeout fails the test if nobody hangs up
                pass


def test_idle_connections_give_way_to_those_who_ask(web: Starlette) -> None:
    with hasty(web) as port, ExitStack() as callers:
        endpoint = Endpoint(port, "stand-in-secret")
        Hasty.head_seconds = PATIENCE
        try:
            for _ in range(3 * Hasty.max_connections):
                callers.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            assert endpoint.ask("GET", "/healthz").status == 200
            assert endpoint.command("/tend", "help").status == 200
        finally:
            Hasty.head_seconds = 0.3


def test_unfinished_bodies_hold_a_bounded_number_of_bytes(web: Starlette) -> None:
    budget = web.state.bodies = BodyBudget(most=1_000_000)
    stamp = str(int(time.time())).encode()
    head = (
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\nX-Slack-Request-Timestamp: " + stamp
    ) + (b"\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\n")
    Hasty.body_seconds = PATIENCE
    try:
        with hasty(web) as port, ExitStack() as callers:
            for _ in range(5):
                caller = callers.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
                caller.sendall(head + b"x" * 500_000)
            until(lambda: budget.held > 800_000)
            assert budget.held <= 1_000_000
            assert Endpoint(port, "stand-in-secret").command("/tend", "help").status == 200
        until(lambda: budget.held == 0)
    finally:
        Hasty.body_seconds = 0.6


def test_the_metrics_port_hangs_up_too(services: Services, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FewConnections, "head_seconds", 0.3)
    settings = services.settings.model_copy(update={"metrics_port": free_port})
    with serve_metrics(dataclasses.replace(services, settings=settings)):
        watcher = Endpoint(free_port, "")
        assert watcher.ask("GET", "/metrics").status == 200
        with socket.create_connection(("127.0.0.1", free_port), timeout=PATIENCE) as caller:
            caller.sendall(SLOW["half a head"])
            with suppress(ConnectionResetError):
                while caller.recv(65_536):
                    pass
        monkeypatch.setattr(FewConnections, "head_seconds", PATIENCE)
        with ExitStack() as callers:
            for _ in range(3 * FewConnections.max_connections):
                callers.enter_context(socket.create_connection(("127.0.0.1", free_port), timeout=PATIENCE))
            assert watcher.ask("GET", "/healthz").status == 200
