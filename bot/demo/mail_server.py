"""The demo's `tend mail`: the same server and sink, on a free loopback port, in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from bot.background.mail_sink import sink_of
from bot.fake_slack.transport.server import LOOPBACK
from bot.mail.server import MailSink, listen
from bot.services import Services

HOST = "tend.fairweather.example"
STOP_SECONDS = 5.0


@contextmanager
def serve_mail(services: Services) -> Iterator[int]:
    """Take mail to people's private addresses during the block. Yields the port."""
    begun: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    sink = sink_of(services.engine, services.clock, HOST)
    thread = threading.Thread(target=lambda: asyncio.run(_serve(sink, begun)), daemon=True, name="mail")
    thread.start()
    port, loop, stopped = begun.result()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(STOP_SECONDS)


async def _serve(sink: MailSink, begun: "Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]]") -> None:
    try:
        server, stopped = await listen(sink, LOOPBACK, 0), asyncio.Event()
    except OSError as error:
        begun.set_exception(error)
        return
    begun.set_result((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stopped))
    async with server:
        await stopped.wait()
