"""The HTTP server of `tend web` and of the metrics port: how long it waits for callers, and for how many at once."""

import asyncio
import socket

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""How long a connection may take until its next request's head has arrived."""
BODY_SECONDS = 20.0
"""How long a request may take from its head to the end of its body."""
IDLE_SECONDS = 30
"""How long a connection may stay open between two requests."""
ACCEPT_SECONDS, REQUEST_SECONDS = 0.05, 0.2
"""When the server stops: how long it accepts what has connected, and how long that may take to send its request."""
MAX_CONNECTIONS = 400
MAX_HEAD_BYTES = 16_384


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 with deadlines for what callers send, and a limit on open connections.

    Over the limit, the connection that has waited longest without sending a request gives way. uvicorn's own limit
    refuses requests, but keeps idle connections.
    """

    head_seconds, body_seconds, max_connections = HEAD_SECONDS, BODY_SECONDS, MAX_CONNECTIONS
    _deadline: asyncio.TimerHandle | None = None
    _awaits_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the deadline of the first head, and make room."""
        super().connection_made(transport)
        self._expect(head=True)
        if len(self.connections) > self.max_connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._clear_deadline()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle what arrived, and note what is expected next."""
        super().handle_events()
        state = self.conn.their_state
        if state is h11.IDLE:
            if not self._awaits_head or self._deadline is None:
                self._expect(head=True)
        elif state is h11.SEND_BODY:
            if self._awaits_head:
                self._expect(head=False)
        else:
            self._clear_deadline()
            self._awaits_head = False

    def on_response_complete(self) -> None:
        """Leave a connection without a request to the keep-alive timeout, until its next byte."""
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self._clear_deadline()

    def _expect(self, *, head: bool) -> None:
        self._clear_deadline()
        self._awaits_head = head
        self._deadline = self.loop.call_later(self.head_seconds if head else self.body_seconds, self._hang_up)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()

    @property
    def _is_idle(self) -> bool:
        return self.conn.their_state is h11.IDLE

    def _make_room(self) -> None:
        """Close the idle connection that is nearest to its deadline, or else this one."""
        idle = [each for each in self.connections if isinstance(each, BoundedProtocol) and each._is_idle]
        others = [each for each in idle if each is not self and not each.transport.is_closing()]
        min(others, key=lambda each: each._opened_at, default=self)._hang_up()

    @property
    def _opened_at(self) -> float:
        return self._deadline.when() if self._deadline else 0.0  # between two requests: nobody waits for it


class GracefulServer(uvicorn.Server):
    """A server that loses no request when it stops: who connected before is still heard, who comes later is refused.

    uvicorn itself resets connections that it has not accepted yet, or that have sent nothing yet.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept what has connected, then nobody else; wait for its requests, and answer all."""
        for each in sockets or []:
            each.listen(0)  # others wait for an answer to their SYN, and are refused when the port is closed
        await asyncio.sleep(ACCEPT_SECONDS)
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        await asyncio.sleep(REQUEST_SECONDS)
        await super().shutdown(sockets)


class FewConnections(BoundedProtocol):
    """The same for the metrics port, on which a few programs look."""

    max_connections = 40


def make_config(
    web: ASGIApp, *, grace_seconds: int, protocol: type[BoundedProtocol] = BoundedProtocol
) -> uvicorn.Config:
    """Configure uvicorn for an ASGI app."""
    return uvicorn.Config(
        web,
        http=protocol,
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_keep_alive=IDLE_SECONDS,
        limit_concurrency=protocol.max_connections + 1,
        log_config=None,  # keep our own logging, which redacts secrets
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=grace_seconds,
    )
