"""HTTP and websocket server in a thread, on the loopback address only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.fake_slack.transport.routes import Sites, SlackRoutes

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = (LOOPBACK, "localhost", "[::1]", "::1")


class LoopbackOnly:
    """Refuse requests from other sites, including DNS rebinding."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the Host header, and Origin if present."""
        if scope["type"] in ("http", "websocket"):
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            host = urlsplit(f"//{headers.get('host', '')}").hostname
            origin = headers.get("origin")
            is_cross_origin = origin is not None and urlsplit(origin).netloc != headers.get("host")
            if host not in LOOPBACK_NAMES or is_cross_origin or headers.get("sec-fetch-site") == "cross-site":
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4003})
                else:
                    await PlainTextResponse("Only accessible from this machine.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class _Transports:
    """Open connections by peer address, so that a fault can cut one."""

    def __init__(self) -> None:
        self.by_peer: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """Return a protocol class that registers its connections here."""
        by_peer = self.by_peer

        class Reporting(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                by_peer[transport.get_extra_info("peername")[:2]] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                by_peer.pop(self.transport.get_extra_info("peername")[:2], None)
                super().connection_lost(exc)

        return Reporting

    async def cut(self, request: Request) -> None:
        """Close a request's connection without a response."""
        peer = (request.client.host, request.client.port) if request.client else ("", 0)
        transport = self.by_peer.get(peer)
        if transport is not None:
            transport.close()
            # Wait, so that the response returned next finds the connection closed.
            while peer in self.by_peer:
                await asyncio.sleep(0.001)


class Server:
    """uvicorn in a thread. `start` returns once it listens, `stop` once the thread has ended."""

    def __init__(self, site: Sites, port: int, page_routes: list[BaseRoute]) -> None:
        transports = _Transports()
        app = Starlette(routes=[*SlackRoutes(site, transports.cut).routes(), *page_routes])
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            LoopbackOnly(app), http=transports.protocol(), ws="websockets-sansio", lifespan="off", log_config=None,
            access_log=False, timeout_graceful_shutdown=1, loop="asyncio",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self, seconds: float = 60.0) -> None:
        """Start listening, or raise RuntimeError after `seconds`."""
        self._thread.start()
        end = time.monotonic() + seconds
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("FakeSlack did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self._server.should_exit = True
        self._thread.join(5)
        with contextlib.suppress(OSError):
            self._socket.close()
