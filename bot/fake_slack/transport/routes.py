"""Routes of the Web API, response URLs and files, with faults applied."""

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
from bot.fake_slack.web_api.organisation import Organisation


class Site(Protocol):
    """What the server needs from a workspace. Read `world` on each request, because it can be reset."""

    keys: call.SlackKeys
    sockets: SocketConnection
    tokens: Tokens

    @property
    def world(self) -> WorkspaceState: ...
    @property
    def page_url(self) -> str: ...


class Sites(Site, Protocol):
    """The first workspace, with access to all on this server."""

    @property
    def distribution(self) -> Distribution | None: ...
    def sites(self) -> list[Site]: ...
    def organisations(self) -> list[Organisation]: ...


ApiResult = tuple[int, Response, Json]


class SlackRoutes:
    """`/api/…`, `/response/…`, files and the websocket. The token selects the workspace.

    `cut` closes a request's connection without a response.
    """

    def __init__(self, site: Sites, cut: Callable[[Request], Awaitable[None]]) -> None:
        self.site, self.cut = site, cut

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/api/{method}", self.api, methods=["GET", "POST"]),
            Route("/response/{key}", self.response_url, methods=["POST"]),
            Route("/upload/{id}", self.upload, methods=["POST"]),
            Route("/files-pri/{id}", self.download),
            Route("/files-pri/{id}/download", self.download),
            WebSocketRoute("/link", self.site.sockets.serve),
        ]

    async def api(self, request: Request) -> Response:
        """Handle a Web API call."""
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
        site: Site = next(
            (candidate for candidate in self.site.sites() if token and token in candidate.tokens), self.site
        )
        organisation = next((one for one in self.site.organisations() if token and token in one.tokens), None)
        world, tokens = organisation.worlds[0] if organisation else site.world, (organisation or site).tokens
        ask = call.ApiCall(
            world, args, self.site.page_url, self._socket_url, lambda: tokens.end("token_revoked", token)
        )

        def act() -> ApiResult:
            if world.rates and (wait := world.rates.take(method, token or "", str(args.get("channel", "")))):
                return _rate_limited_result(wait)
            body = dispatch.handle_call(method, ask, token, self.site.keys.app_token, tokens, organisation)
            headers = {"X-OAuth-Scopes": ",".join(world.scopes), "X-Slack-Req-Id": world.fresh_id("r").lower()}
            return 200, JSONResponse(body, headers=headers), body

        return await self._faulty(request, world, method, args, act, token)

    async def _access(self, request: Request, args: Json) -> Response:
        """Handle oauth.v2.access, which takes the app's id and secret instead of a token."""
        params = {**args, **_basic_credentials(request.headers.get("authorization", ""))}

        def act() -> ApiResult:
            try:
                if self.site.distribution is None:
                    raise SlackError("invalid_client_id")
                body: Json = {"ok": True, **self.site.distribution.access(params)}
            except SlackError as error:
                body = error.answer()
            return 200, JSONResponse(body), body

        return await self._faulty(request, self.site.world, ACCESS, args, act)

    async def response_url(self, request: Request) -> Response:
        """Handle a POST to a response URL."""
        key = request.path_params["key"]
        world = next(
            (candidate.world for candidate in self.site.sites() if key in candidate.world.response_urls),
            self.site.world,
        )
        try:
            body = await request.json()
        except ValueError:
            body = None

        def act() -> ApiResult:
            try:
                chat.respond(world, key, body)
            except SlackError as error:
                is_url_gone = error.name.endswith("_url")
                return (
                    404 if is_url_gone else 400,
                    PlainTextResponse(error.name, 404 if is_url_gone else 400),
                    error.answer(),
                )
            return 200, PlainTextResponse("ok"), {"ok": True}

        return await self._faulty(request, world, "response_url", body if isinstance(body, dict) else {}, act)

    async def upload(self, request: Request) -> Response:
        """Receive a file's bytes at its upload URL."""
        id, data = request.path_params["id"], await request.body()
        world = next(
            (candidate.world for candidate in self.site.sites() if id in candidate.world.files), self.site.world
        )

        def act() -> ApiResult:
            try:
                files.upload(world, id, data)
            except SlackError as error:
                return 400, PlainTextResponse(error.name, 400), error.answer()
            return 200, PlainTextResponse(f"OK - {len(data)}"), {"ok": True}

        return await self._faulty(request, world, "upload", {"id": id}, act)

    async def download(self, request: Request) -> Response:
        """Serve a file's private URL to the bot's token. Others get a sign-in page, as on Slack."""
        id = request.path_params["id"]
        site: Site = next((candidate for candidate in self.site.sites() if id in candidate.world.files), self.site)
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()

        def act() -> ApiResult:
            is_ours = token in site.tokens or any(token in one.tokens for one in self.site.organisations())
            data = files.download(site.world, id, is_ours)
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
            result = act() if fault.after_effect else None
            if fault.kind == "hang":
                await _until_well(world.faults)
            status, response, body = _fault_result(fault)
            body = result[2] if result else body
        world.log(LoggedCall(method, args, body, at, status, token))
        if fault is not None and fault.kind in ("drop", "hang"):
            await self.cut(request)
        return response

    def _socket_url(self) -> str:
        where = urlsplit(self.site.page_url).netloc
        return f"ws://{where}/link?ticket={self.site.sockets.new_ticket()}&app_id={self.site.world.app_id}"


async def _delayed_result(act: Callable[[], ApiResult], fault: Fault, faults: Faults) -> ApiResult:
    """Delay the result, before or after it takes effect."""
    if not fault.after_effect:
        await _until_well(faults, fault.seconds)
    result = act()
    if fault.after_effect:
        await _until_well(faults, fault.seconds)
    return result


async def _until_well(faults: Faults, seconds: float = math.inf) -> None:
    """Wait until all faults are cleared, at most `seconds`."""
    cleared, end = faults.cleared, time.monotonic() + seconds
    while faults.cleared == cleared and (left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(left, 0.02))


def _fault_result(fault: Fault) -> ApiResult:
    """Return the status to log (0: no response), the response and the body of a fault."""
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
    """Return the app's id and secret from HTTP Basic authentication, if present."""
    if not header.startswith("Basic "):
        return {}
    try:
        credentials = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return {}
    client_id, _, secret = credentials.partition(":")
    return {"client_id": client_id, "client_secret": secret}


async def _read_args(request: Request) -> Json:
    content_type = request.headers.get("content-type", "")
    body = await request.body()
    form: Json = {}
    if not content_type.startswith("application/json") and body:
        form = dict(await request.form())
    return call.read_args(content_type, body, form, dict(request.query_params))
