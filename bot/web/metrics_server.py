"""`/metrics` and health on a separate port.

Without METRICS_PORT, no web server is imported.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.services import Services

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

SHUTDOWN_SECONDS = 0.5


def make_metrics_app(services: Services) -> Starlette:
    """Build the ASGI app for the metrics port."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    from bot.web.health import health_routes

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", metrics), *health_routes(services)])


@contextmanager
def serve_metrics(services: Services) -> Iterator[None]:
    """Serve metrics during the block, if METRICS_PORT is set."""
    port, host = services.settings.metrics_port, services.settings.metrics_host
    if port is None:
        yield
        return
    import uvicorn

    from bot.web.listen import listen
    from bot.web.server import FewConnections, make_config

    config = make_config(make_metrics_app(services), grace_seconds=1, protocol=FewConnections)
    listening = listen("METRICS_PORT", host, port)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True, name="watch")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(SHUTDOWN_SECONDS)
