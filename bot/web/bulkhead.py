"""Threads that one kind of request has to itself, so that no other kind has to wait for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from bot.services import Services
from bot.web.fair_share import WAIT_SECONDS, FairShare
from storage.db.deadline import deadline

LOOKUP_THREADS = 2
LOCK_SECONDS = 5.0
"""How long a request may wait for database locks."""
WORK_THREADS = 8
"""Fewer than a process has database connections, so that some are always left for Slack's requests."""

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):
    """Too many requests of the same workspace are in hand already. Nothing was done."""


class Stopping(Exception):
    """The process is stopping. Nothing was done."""


class Bulkhead:
    """A few threads to find out who asks, and others to do what they ask. Belongs to one event loop.

    `calls_slack`: the work may take as long as Slack does, so that it has no deadline for locks.
    """

    def __init__(self, services: Services, *, calls_slack: bool = False) -> None:
        self._services, self._calls_slack, self._shares = services, calls_slack, FairShare(seconds=WAIT_SECONDS)
        self._lookups, self._work = CapacityLimiter(LOOKUP_THREADS), CapacityLimiter(WORK_THREADS)

    async def look_up(self, find: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run something short for a caller who may be a stranger. Raises Stopping."""
        return await to_thread.run_sync(lambda: self._tracked(find, *args, **named), limiter=self._lookups)

    async def run(self, workspace: object, do: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run something for a workspace, in its turn. Raises Busy or Stopping."""
        async with self.turn(workspace):
            return await to_thread.run_sync(lambda: self._tracked(do, *args, **named), limiter=self._work)

    @asynccontextmanager
    async def turn(self, workspace: object) -> AsyncIterator[None]:
        """Hold one of a workspace's turns. Raises Busy."""
        async with self._shares.turn(str(workspace)) as has_turn:
            if not has_turn:
                raise Busy
            yield

    def _tracked(self, do: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        limit = nullcontext() if self._calls_slack else deadline(LOCK_SECONDS)
        with self._services.in_flight.track() as accepted, limit:
            if not accepted:
                raise Stopping
            return do(*args, **named)
