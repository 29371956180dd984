"""`/metrics` and `/healthz` on a port of their own, for whoever watches over Tend.

Where nobody does, no web server is imported.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import ConfigurationError
from bot.services import House
from bot.web.health import look

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PATIENCE_SECONDS = 0.5


def make_watch(house: House) -> Starlette:
    """The ASGI application of the port."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(house.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    async def healthz(_request: Request) -> Response:
        found = await run_in_threadpool(look, house)
        return JSONResponse(found.words, status_code=found.status)

    return Starlette(routes=[Route("/metrics", metrics), Route("/healthz", healthz)])


@contextmanager
def watched(house: House) -> Iterator[None]:
    """Listen while the block runs, if METRICS_PORT is set.

    Raises:
        ConfigurationError: the port can't be listened on.
    """
    port, host = house.settings.metrics_port, house.settings.metrics_host
    if port is None:
        yield
        return
    import uvicorn

    config = uvicorn.Config(
        make_watch(house), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    try:
        listening = _listen(host, port)
    except OSError as error:
        raise ConfigurationError(f"METRICS_PORT: {host}:{port} can't be listened on ({error.strerror}).") from None
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True, name="watch")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=64)
