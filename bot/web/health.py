"""Three health checks: the process lives, it can serve, and all of Tend works."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.process.probe import LIVE
from bot.services import Services
from storage.db.engine import reading
from storage.notifications import heartbeat

STALE_AFTER = timedelta(minutes=5)
HEALTH_THREADS = 2


@dataclass(frozen=True, slots=True)
class Health:
    """The response of a check."""

    is_healthy: bool
    body: dict[str, Any]

    @property
    def status(self) -> int:
        return 200 if self.is_healthy else 503


def check_health(services: Services) -> Health:
    """Check the database and the last tick: this process's own if it ticks, otherwise the last one by any worker.

    Never raises. A database error is reported by its type only, because its text may contain the URL.
    """
    try:
        with reading(services.engine) as session:
            last_by_any = heartbeat.last(session)
    except Exception as error:
        return Health(False, {"ok": False, "database": type(error).__name__})
    begun, last_own = services.liveness.begun, services.liveness.last
    last = last_own if begun else last_by_any
    expected = last or begun
    is_healthy = expected is None or services.clock() - expected <= STALE_AFTER
    return Health(is_healthy, {"ok": is_healthy, "ticking": _tick_text(last)})


def check_readiness(services: Services) -> Health:
    """Check that this process can serve: it is not stopping, and the database answers. Never raises."""
    if services.in_flight.is_stopping:
        return Health(False, {"ok": False, "stopping": True})
    try:
        with reading(services.engine) as session:
            heartbeat.last(session)
    except Exception as error:
        return Health(False, {"ok": False, "database": type(error).__name__})
    return Health(True, {"ok": True})


def health_routes(services: Services) -> list[Route]:
    """Return the routes of `/livez`, `/readyz` and `/healthz`."""

    own_threads = CapacityLimiter(HEALTH_THREADS)  # the others may all be waiting for Slack

    def route(path: str, check: Callable[[Services], Health]) -> Route:
        async def respond(_request: Request) -> Response:
            health = await to_thread.run_sync(check, services, limiter=own_threads)
            return JSONResponse(health.body, status_code=health.status)

        return Route(path, respond, methods=["GET"])

    async def livez(_request: Request) -> Response:
        return JSONResponse(LIVE)

    return [Route("/livez", livez), route("/readyz", check_readiness), route("/healthz", check_health)]


def _tick_text(last: datetime | None) -> str:
    return f"last at {last:%Y-%m-%dT%H:%M:%SZ}" if last else "not yet"
