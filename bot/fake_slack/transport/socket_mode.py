"""Socket Mode: the bot's websocket connections and the envelopes sent over them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.fake_slack.transport.link import BotRequest, BotResponse, limit_of

MAX_CONNECTIONS = 10


@dataclass(eq=False)
class _Connection:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    # Unacknowledged envelopes by envelope_id.
    waiting: dict[str, Future[Any]] = field(default_factory=dict)
    # Slack announced that it will close it, and sends nothing more over it once there is another.
    is_warned: bool = False


class SocketConnection:
    """Send each envelope to one open connection, round-robin, and wait for its ack."""

    def __init__(self, app_id: str, limit: float | None = None) -> None:
        self.app_id, self.limit = app_id, limit
        self._open: list[_Connection] = []
        self._turn = itertools.count()
        self._tickets: set[str] = set()
        self._lock = threading.Lock()
        self._connected = threading.Condition(self._lock)

    @property
    def connections(self) -> int:
        """The number of open websockets."""
        with self._lock:
            return len(self._open)

    def wait_connected(self, count: int = 1, seconds: float = 60.0) -> bool:
        """Wait until at least `count` connections are open."""
        with self._connected:
            return self._connected.wait_for(lambda: len(self._open) >= count, seconds)

    def new_ticket(self) -> str:
        """Return a single-use ticket for the URL of apps.connections.open."""
        with self._lock:
            ticket = secrets.token_urlsafe(16)
            self._tickets.add(ticket)
            return ticket

    def send(self, delivery: BotRequest) -> BotResponse:
        """Send over one connection. No connection is `dispatch_failed`; no ack in time is a timeout."""
        with self._lock:
            if not self._open:
                return BotResponse(None, None, 0.0, "dispatch_failed")
            candidates = [one for one in self._open if not one.is_warned] or self._open
            connection = candidates[next(self._turn) % len(candidates)]
            envelope_id = secrets.token_hex(16)
            reply: Future[Any] = Future()
            connection.waiting[envelope_id] = reply
        started = time.monotonic()
        _send_text(connection, _envelope(delivery, envelope_id))
        try:
            body = reply.result(limit_of(self.limit))
        except FutureTimeout:
            return BotResponse(None, None, time.monotonic() - started, "operation_timeout")
        except ConnectionError:
            return BotResponse(None, None, time.monotonic() - started, "dispatch_failed")
        finally:
            with self._lock:
                connection.waiting.pop(envelope_id, None)
        return BotResponse(200, body, time.monotonic() - started)

    def warn(self) -> None:
        """Warn every connection that Slack is about to close it."""
        self._disconnect("warning", close=False)

    def refresh(self) -> None:
        """Ask every connection to reconnect, then close it."""
        self._disconnect("refresh_requested", close=True)

    def drop(self) -> None:
        """Close every connection without a message."""
        self._disconnect(None, close=True)

    def _disconnect(self, reason: str | None, *, close: bool) -> None:
        with self._lock:
            connections = list(self._open)
            for connection in connections:
                connection.is_warned = True
            if close:
                # Send nothing more to closing connections.
                self._open.clear()
        for connection in connections:
            if reason:
                _send_text(connection, {"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})
            if close:
                asyncio.run_coroutine_threadsafe(_close(connection.socket), connection.loop)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one websocket from handshake to close."""
        with self._lock:
            ticket = socket.query_params.get("ticket", "")
            welcome = ticket in self._tickets
            self._tickets.discard(ticket)
            full = len(self._open) >= MAX_CONNECTIONS
        if not welcome:
            await socket.close(4001)
            return
        await socket.accept()
        if full:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        connection = _Connection(socket, asyncio.get_running_loop())
        await socket.send_json(self._hello())
        with self._connected:
            self._open.append(connection)
            self._connected.notify_all()
        try:
            while True:
                self._heard(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._gone(connection)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.connections + 1,
            "connection_info": {"app_id": self.app_id},
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
        }

    def _heard(self, connection: _Connection, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        with self._lock:
            reply = connection.waiting.pop(str(ack.get("envelope_id")), None)
        if reply is not None:
            reply.set_result(ack.get("payload"))

    def _gone(self, connection: _Connection) -> None:
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)
            lost = list(connection.waiting.values())
            connection.waiting.clear()
        for reply in lost:
            reply.set_exception(ConnectionError("the connection closed before the ack"))


def _envelope(delivery: BotRequest, envelope_id: str) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope["retry_attempt"] = delivery.retry_num or 0
        envelope["retry_reason"] = delivery.retry_reason or ""
    return envelope


def _send_text(connection: _Connection, message: dict[str, Any]) -> None:
    async def send() -> None:
        # The message is lost if the connection closes, as on a real network.
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await connection.socket.send_json(message)

    asyncio.run_coroutine_threadsafe(send(), connection.loop).result(5)


async def _close(socket: WebSocket) -> None:
    with contextlib.suppress(RuntimeError):
        await socket.close(1000)
