"""The HTTP and websocket server, on the loopback address only, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.sandbox import api_chat, api_files, web_api
from bot.sandbox.faults import Fault
from bot.sandbox.oauth import ACCESS, Distribution, Tokens
from bot.sandbox.sockets import SocketLink
from bot.sandbox.values import Call, Json, SlackError
from bot.sandbox.world import World

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = (LOOPBACK, "localhost", "[::1]", "::1")


class Site(Protocol):
    """What the server needs to know of a workspace. The world is asked for anew each time, as it can be reset."""

    keys: web_api.Keys
    sockets: SocketLink
    tokens: Tokens

    @property
    def world(self) -> World: ...
    @property
    def page_url(self) -> str: ...


class Sites(Site, Protocol):
    """The first workspace, and with it all there are behind this server."""

    @property
    def distribution(self) -> Distribution | None: ...
    def sites(self) -> list[Site]: ...


class OnlyLoopback:
    """Refuses requests that another site sent: a page elsewhere, or a name that resolves to this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check Host always and Origin where there is one."""
        if scope["type"] in ("http", "websocket"):
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            host = urlsplit(f"//{headers.get('host', '')}").hostname
            origin = headers.get("origin")
            theirs = origin is not None and urlsplit(origin).netloc != headers.get("host")
            if host not in LOOPBACK_NAMES or theirs or headers.get("sec-fetch-site") == "cross-site":
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4003})
                else:
                    await PlainTextResponse("Only for this machine.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class _Transports:
    """The open connections by the other end's address, so that a fault can cut one."""

    def __init__(self) -> None:
        self.by_peer: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """A protocol class that reports its connections here."""
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
        """Close the connection of this request without an answer."""
        peer = (request.client.host, request.client.port) if request.client else ("", 0)
        transport = self.by_peer.get(peer)
        if transport is not None:
            transport.close()
            # The answer that we return next must find the connection gone.
            while peer in self.by_peer:
                await asyncio.sleep(0.001)


Done = tuple[int, Response, Json]


class SlackRoutes:
    """`/api/…`, `/response/…` and the websocket. A call goes to the workspace whose token it carries."""

    def __init__(self, site: Sites, transports: _Transports) -> None:
        self.site, self.transports = site, transports

    def routes(self) -> list[BaseRoute]:
        """For the Starlette app."""
        return [
            Route("/api/{method}", self.api, methods=["GET", "POST"]),
            Route("/response/{key}", self.response_url, methods=["POST"]),
            Route("/upload/{id}", self.upload, methods=["POST"]),
            Route("/files-pri/{id}", self.download),
            Route("/files-pri/{id}/download", self.download),
            WebSocketRoute("/link", self.site.sockets.serve),
        ]

    async def api(self, request: Request) -> Response:
        """One Web API call."""
        method = request.path_params["method"]
        try:
            args = await _args(request)
        except SlackError as error:
            return JSONResponse(error.answer())
        token = args.pop("token", None)
        bearer = request.headers.get("authorization", "")
        token = bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else token
        if method == ACCESS:
            return await self._access(request, args)
        site: Site = next((one for one in self.site.sites() if token and token in one.tokens), self.site)
        world = site.world
        ask = web_api.Ask(
            world, args, self.site.page_url, self._socket_url, lambda: site.tokens.end("token_revoked", token)
        )

        def act() -> Done:
            if world.rates and (wait := world.rates.take(method, token or "", str(args.get("channel", "")))):
                return _too_often(wait)
            body = web_api.answer(method, ask, token, self.site.keys.app_token, site.tokens)
            headers = {"X-OAuth-Scopes": ",".join(world.scopes), "X-Slack-Req-Id": world.fresh_id("r").lower()}
            return 200, JSONResponse(body, headers=headers), body

        return await self._faulty(request, world, method, args, act, token)

    async def _access(self, request: Request, args: Json) -> Response:
        """The one method that takes no token, but the app's id and secret."""
        asked = {**args, **_basic(request.headers.get("authorization", ""))}

        def act() -> Done:
            try:
                if self.site.distribution is None:
                    raise SlackError("invalid_client_id")
                body: Json = {"ok": True, **self.site.distribution.access(asked)}
            except SlackError as error:
                body = error.answer()
            return 200, JSONResponse(body), body

        return await self._faulty(request, self.site.world, ACCESS, args, act)

    async def response_url(self, request: Request) -> Response:
        """One use of a response url."""
        key = request.path_params["key"]
        world = next((one.world for one in self.site.sites() if key in one.world.response_urls), self.site.world)
        try:
            body = await request.json()
        except ValueError:
            body = None

        def act() -> Done:
            try:
                api_chat.respond(world, key, body)
            except SlackError as error:
                gone = error.name.endswith("_url")
                return 404 if gone else 400, PlainTextResponse(error.name, 404 if gone else 400), error.answer()
            return 200, PlainTextResponse("ok"), {"ok": True}

        return await self._faulty(request, world, "response_url", body if isinstance(body, dict) else {}, act)

    async def upload(self, request: Request) -> Response:
        """The bytes of a file, at the address that a call was told."""
        id, data = request.path_params["id"], await request.body()
        world = next((one.world for one in self.site.sites() if id in one.world.files), self.site.world)

        def act() -> Done:
            try:
                api_files.upload(world, id, data)
            except SlackError as error:
                return 400, PlainTextResponse(error.name, 400), error.answer()
            return 200, PlainTextResponse(f"OK - {len(data)}"), {"ok": True}

        return await self._faulty(request, world, "upload", {"id": id}, act)

    async def download(self, request: Request) -> Response:
        """A file's private address: for the bot's token only. Slack shows others a page to sign in."""
        id = request.path_params["id"]
        site: Site = next((one for one in self.site.sites() if id in one.world.files), self.site)
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()

        def act() -> Done:
            data = api_files.download(site.world, id, token in site.tokens)
            if data is None:
                return 200, HTMLResponse("<!doctype html><title>Sign in</title>"), {"ok": False}
            return 200, Response(data, media_type="text/csv"), {"ok": True}

        return await self._faulty(request, site.world, "download", {"id": id}, act, token)

    async def _faulty(
        self, request: Request, world: World, method: str, args: Json, act: Callable[[], Done], token: str | None = None
    ) -> Response:
        at = world.clock()
        fault = world.faults.take(method, args)
        if fault is None:
            status, response, body = act()
            world.log(Call(method, args, body, at, status, token))
            return response
        takes_effect = fault.after_effect or fault.kind == "latency"
        if fault.kind == "latency" and not fault.after_effect:
            await asyncio.sleep(fault.seconds)
        done = act() if takes_effect else None
        if fault.kind == "latency" and fault.after_effect:
            await asyncio.sleep(fault.seconds)
        status, failed, shown = _failure(fault)
        world.log(Call(method, args, done[2] if done else shown, at, status, token))
        if fault.kind == "drop":
            await self.transports.cut(request)
        return done[1] if done and fault.kind == "latency" else failed

    def _socket_url(self) -> str:
        where = urlsplit(self.site.page_url).netloc
        return f"ws://{where}/link?ticket={self.site.sockets.new_ticket()}&app_id={self.site.world.app_id}"


def _failure(fault: Fault) -> Done:
    """The status to log (0: no answer came), the response and the body of a fault."""
    if fault.kind == "error":
        body: Json = {"ok": False, "error": fault.error}
        return 200, JSONResponse(body), body
    if fault.kind == "429":
        return _too_often(fault.retry_after)
    if fault.kind in ("500", "503"):
        return int(fault.kind), PlainTextResponse("Slack is having trouble.", int(fault.kind)), {}
    return 200 if fault.kind == "latency" else 0, PlainTextResponse("", 500), {}


def _too_often(wait: int) -> Done:
    body: Json = {"ok": False, "error": "ratelimited"}
    return 429, JSONResponse(body, 429, {"Retry-After": str(wait)}), body


def _basic(header: str) -> dict[str, str]:
    """The app's id and secret, where they come as HTTP's own user and password."""
    if not header.startswith("Basic "):
        return {}
    try:
        told = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return {}
    client_id, _, secret = told.partition(":")
    return {"client_id": client_id, "client_secret": secret}


async def _args(request: Request) -> Json:
    content_type = request.headers.get("content-type", "")
    body = await request.body()
    form: Json = {}
    if not content_type.startswith("application/json") and body:
        form = dict(await request.form())
    return web_api.read_args(content_type, body, form, dict(request.query_params))


class Server:
    """uvicorn in a thread. `start` returns when it listens, `stop` when the thread has ended."""

    def __init__(self, site: Sites, port: int, page_routes: list[BaseRoute]) -> None:
        transports = _Transports()
        app = Starlette(routes=[*SlackRoutes(site, transports).routes(), *page_routes])
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            OnlyLoopback(app), http=transports.protocol(), ws="websockets-sansio", lifespan="off", log_config=None,
            access_log=False, timeout_graceful_shutdown=1, loop="asyncio",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self, seconds: float = 5.0) -> None:
        """Listen; raises RuntimeError when that takes too long."""
        self._thread.start()
        end = time.monotonic() + seconds
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the stand-in did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """Stop listening, close what is open, end the thread."""
        self._server.should_exit = True
        self._thread.join(5)
        with contextlib.suppress(OSError):
            self._socket.close()


Handler = Callable[[Request], Awaitable[Response]]


def read_json(raw: bytes) -> Any:
    """JSON from a page's request; None when it is none."""
    try:
        return json.loads(raw)
    except ValueError:
        return None
