"""`/mcp` under `tend web`: streamable HTTP without sessions, so that any process can answer any request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.actions.workspace.integrations import ApiClient, authenticate
from bot.services import Services
from bot.web.api.app import TOKEN_REQUIRED
from bot.web.api.problems import ProblemError, problem_for
from bot.web.mcp.server import make_server
from bot.web.mcp.turn import CLIENT, Assistants

PATH = "/mcp"
MAX_BODY_BYTES = 100_000


class McpEndpoint:
    """The ASGI app of `/mcp`. It authenticates before anything of the body is read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        server = make_server(Assistants(services.engine, services.clock, services.in_flight, services.metrics))
        # Of the app that the SDK makes only the manager is used: its route would read the body first. Tokens in a
        # header are not sent by a page that was lured here, so that the Host header need not be checked.
        server.streamable_http_app(
            json_response=True,
            stateless_http=True,
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._manager = server.session_manager

    @asynccontextmanager
    async def running(self, _app: Starlette) -> AsyncIterator[None]:
        """Serve while the web server runs."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scheme, _, given = Request(scope).headers.get("authorization", "").partition(" ")
        token = given.strip() if scheme.lower() == "bearer" else ""
        try:
            scope[CLIENT] = await run_in_threadpool(self._authenticate, token)
        except Exception as error:
            await problem_for(error).response()(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)

    def _authenticate(self, token: str) -> ApiClient:
        client = authenticate(self._services.engine, token, self._services.clock())
        if client is None:
            raise ProblemError(401, TOKEN_REQUIRED, headers={"WWW-Authenticate": 'Bearer realm="Tend"'})
        return client


def mcp_route(endpoint: McpEndpoint) -> Route:
    """Build the route of `/mcp`."""
    return Route(PATH, endpoint, methods=["GET", "POST", "DELETE"])
