"""Where Slack's own requests come in: the Web API, response urls, files; answered as told, or with the fault set."""

from __future__ import annotations

import asyncio
import math
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.fake_slack.state.faults import Fault, Faults
from bot.fake_slack.state.models import Json, LoggedCall, SlackError
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.transport.socket_mode import SocketConnection
from bot.fake_slack.web_api import call, chat, dispatch, files
from bot.fake_slack.web_api.oauth import ACCESS, Distribution, Tokens


class Site(Protocol):
    """What the server needs to know of a workspace. The world is asked for anew each time, as it can be reset."""

    keys: call.SlackKeys
    sockets: SocketConnection
    tokens: Tokens

    @property
    def world(self) -> WorkspaceState: ...
    @property
    def page_url(self) -> str: ...


class Sites(Site, Protocol):
    """The first workspace, and with it all there are behind this server."""

    @property
    def distribution(self) -> Distribution | None: ...
    def sites(self) -> list[Site]: ...


ApiResult = tuple[int, Response, Json]


class SlackRoutes:
    """`/api/…`, `/response/…` and the websocket. A call goes to the workspace whose token it carries.

    `cut` closes the connection of a request without an answer.
    """

    def __init__(self, site: Sites, cut: Callable[[Request], Awaitable[None]]) -> None:
        self.site, self.cut = site, cut

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
            args = await _read_args(request)
        except SlackError as error:
            return JSONResponse(error.answer())
        token = args.pop("token", None)
        bearer = request.headers.get("authorization", "")
        token = bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else token
        if method == ACCESS:
            return await self._access(request, args)
        site: Site = next((one for one in self.site.sites() if token and token in one.tokens), self.site)
        world = site.world
        ask = call.ApiCall(
            world, args, self.site.page_url, self._socket_url, lambda: site.tokens.end("token_revoked", token)
        )

        def act() -> ApiResult:
            if world.rates and (wait := world.rates.take(method, token or "", str(args.get("channel", "")))):
                return _rate_limited_result(wait)
            body = dispatch.handle_call(method, ask, token, self.site.keys.app_token, site.tokens)
            headers = {"X-OAuth-Scopes": ",".join(world.scopes), "X-Slack-Req-Id": world.fresh_id("r").lower()}
            return 200, JSONResponse(body, headers=headers), body

        return await self._faulty(request, world, method, args, act, token)

    async def _access(self, request: Request, args: Json) -> Response:
        """The one method that takes no token, but the app's id and secret."""
        asked = {**args, **_basic_credentials(request.headers.get("authorization", ""))}

        def act() -> ApiResult:
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

        def act() -> ApiResult:
            try:
                chat.respond(world, key, body)
            except SlackError as error:
                gone = error.name.endswith("_url")
                return 404 if gone else 400, PlainTextResponse(error.name, 404 if gone else 400), error.answer()
            return 200, PlainTextResponse("ok"), {"ok": True}

        return await self._faulty(request, world, "response_url", body if isinstance(body, dict) else {}, act)

    async def upload(self, request: Request) -> Response:
        """The bytes of a file, at the address that a call was told."""
        id, data = request.path_params["id"], await request.body()
        world = next((one.world for one in self.site.sites() if id in one.world.files), self.site.world)

        def act() -> ApiResult:
            try:
                files.upload(world, id, data)
            except SlackError as error:
                return 400, PlainTextResponse(error.name, 400), error.answer()
            return 200, PlainTextResponse(f"OK - {len(data)}"), {"ok": True}

        return await self._faulty(request, world, "upload", {"id": id}, act)

    async def download(self, request: Request) -> Response:
        """A file's private address: for the bot's token only. Slack shows others a page to sign in."""
        id = request.path_params["id"]
        site: Site = next((one for one in self.site.sites() if id in one.world.files), self.site)
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()

        def act() -> ApiResult:
            data = files.download(site.world, id, token in site.tokens)
            if data is None:
                return 200, HTMLResponse("<!doctype html><title>Sign in</title>"), {"ok": False}
            return 200, Response(data, media_type="text/csv"), {"ok": True}

        return await self._faulty(request, site.world, "download", {"id": id}, act, token)

    async def _faulty(
        self,
        request: Request,
        world: WorkspaceState,
        method: str,
        args: Json,
        act: Callable[[], ApiResult],
        token: str | None = None,
    ) -> Response:
        at, fault = world.clock(), world.faults.take(method, args)
        if fault is None:
            status, response, body = act()
        elif fault.kind == "latency":
            status, response, body = await _delayed_result(act, fault, world.faults)
        else:
            done = act() if fault.after_effect else None
            if fault.kind == "hang":
                await _until_well(world.faults)
            status, response, body = _fault_result(fault)
            body = done[2] if done else body
        world.log(LoggedCall(method, args, body, at, status, token))
        if fault is not None and fault.kind in ("drop", "hang"):
            await self.cut(request)
        return response

    def _socket_url(self) -> str:
        where = urlsplit(self.site.page_url).netloc
        return f"ws://{where}/link?ticket={self.site.sockets.new_ticket()}&app_id={self.site.world.app_id}"


async def _delayed_result(act: Callable[[], ApiResult], fault: Fault, faults: Faults) -> ApiResult:
    """The right answer, kept back before it takes effect or after."""
    if not fault.after_effect:
        await _until_well(faults, fault.seconds)
    done = act()
    if fault.after_effect:
        await _until_well(faults, fault.seconds)
    return done


async def _until_well(faults: Faults, seconds: float = math.inf) -> None:
    """At most so long."""
    cleared, end = faults.cleared, time.monotonic() + seconds
    while faults.cleared == cleared and (left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(left, 0.02))


def _fault_result(fault: Fault) -> ApiResult:
    """The status to log (0: no answer came), the response and the body of a fault."""
    if fault.kind == "error":
        body: Json = {"ok": False, "error": fault.error}
        return 200, JSONResponse(body), body
    if fault.kind == "429":
        return _rate_limited_result(fault.retry_after)
    if fault.kind in ("500", "503"):
        return int(fault.kind), PlainTextResponse("Slack is having trouble.", int(fault.kind)), {}
    return 0, PlainTextResponse("", 500), {}


def _rate_limited_result(wait: int) -> ApiResult:
    body: Json = {"ok": False, "error": "ratelimited"}
    return 429, JSONResponse(body, 429, {"Retry-After": str(wait)}), body


def _basic_credentials(header: str) -> dict[str, str]:
    """The app's id and secret, where they come as HTTP's own user and password."""
    if not header.startswith("Basic "):
        return {}
    try:
        told = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return {}
    client_id, _, secret = told.partition(":")
    return {"client_id": client_id, "client_secret": secret}


async def _read_args(request: Request) -> Json:
    content_type = request.headers.get("content-type", "")
    body = await request.body()
    form: Json = {}
    if not content_type.startswith("application/json") and body:
        form = dict(await request.form())
    return call.read_args(content_type, body, form, dict(request.query_params))
