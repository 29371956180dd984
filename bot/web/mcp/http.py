"""`/mcp` under `tend web`: streamable HTTP without sessions, so that any process can answer any request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.actions.workspace.integrations import ApiClient, authenticate, count_request
from bot.services import Services
from bot.web.api.app import token_of, unauthorized
from bot.web.api.problems import problem_for
from bot.web.bulkhead import Bulkhead
from bot.web.mcp.server import make_server
from bot.web.mcp.turn import CLIENT, Assistants

PATH = "/mcp"
MAX_BODY_BYTES = 100_000


class McpEndpoint:
    """The ASGI app of `/mcp`. It authenticates before anything of the body is read."""

    def __init__(self, services: Services) -> None:
        self._services, self._bulkhead = services, Bulkhead(services)
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
        request, is_answered = Request(scope), False
        try:
            client = await self._bulkhead.look_up(authenticate, self._services.engine, token_of(request))
            if client is None:
                raise unauthorized()
            await self._bulkhead.run(client.team.id, self._count, client)
            scope[CLIENT] = client
            async with self._bulkhead.turn(client.team.id):
                is_answered = True
                await self._manager.handle_request(scope, receive, send)
        except Exception as error:
            if is_answered:
                raise
            await problem_for(error).response()(scope, receive, send)

    def _count(self, client: ApiClient) -> None:
        if not count_request(self._services.engine, client, self._services.clock()):
            raise unauthorized()


def mcp_route(endpoint: McpEndpoint) -> Route:
    """Build the route of `/mcp`."""
    return Route(PATH, endpoint, methods=["POST"])
