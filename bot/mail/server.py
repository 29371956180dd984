"""The SMTP server of `tend mail`: it takes mail to private addresses, and relays nothing.

Whether an address is known is told at `RCPT`, so that nothing is ever returned to a sender who may be forged. What was
taken is committed before the sender is told; if Tend dies in between, the sender tries again, and it is recorded once.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

MAX_BYTES = 30_000_000
"""The longest mail that is taken. Large attachments come along with what is forwarded."""
MAX_LINES = 500_000
"""The most lines of a mail: each takes a hundred bytes until the mail has arrived. Attachments of 30 MB have fewer."""
MAX_CONNECTIONS = 20
MAX_TRANSFERS = 5
"""How many mails are taken at once. Others wait."""
STRANGER_SECONDS = 10.0
"""How long a connection that has named no address of ours keeps its place when another one comes."""
MAX_RECIPIENTS = 10
TIMEOUT_SECONDS = 60.0
"""How long a connection may stay silent."""
MAX_COMMANDS = 50
"""How often one connection may give the same command."""

NOT_UNDERSTOOD = "500 5.5.2 That can't be understood"
TOO_MANY_LINES = "552 5.3.4 Too many lines"
UNKNOWN = "550 5.1.1 There is no such address here"
TOO_MANY = "452 4.5.3 Too many recipients"
BUSY = "421 4.3.2 Too many connections, try again later"
TRY_AGAIN = "451 4.3.0 Try again later"
TAKEN = "250 2.0.0 Taken"


@dataclass(frozen=True, slots=True)
class MailSink:
    """Where mail goes. `knows` says whether an address is somebody's; `take` records a mail to such addresses.

    Both block, and run in threads. An error of `take` makes the sender try again.
    """

    knows: Callable[[str], bool]
    take: Callable[[tuple[str, ...], bytes], None]
    log_error: Callable[[Exception], None]


class _Handler:
    def __init__(self, sink: MailSink) -> None:
        self._sink = sink

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        try:
            is_known = await asyncio.to_thread(self._sink.knows, address)
        except Exception as error:
            self._sink.log_error(error)
            return TRY_AGAIN
        if not is_known:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        try:
            await asyncio.to_thread(self._sink.take, tuple(envelope.rcpt_tos), raw)
        except Exception as error:
            self._sink.log_error(error)
            return TRY_AGAIN
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """Answer what the library fails at. It would tell the caller how, and the log all of it."""
        self._sink.log_error(error)
        return NOT_UNDERSTOOD


class _Connection(SMTP):
    """One connection. Over the limit, the oldest that has named no address of ours gives way, or else the new one."""

    open_connections: set["_Connection"]
    transfers: asyncio.Semaphore
    _opened_at = 0.0
    _lines = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, if there is room. Once more after STARTTLS, with the encrypted transport."""
        if self not in self.open_connections:
            if len(self.open_connections) >= MAX_CONNECTIONS and not self._make_room():
                _hang_up(transport, BUSY)
                return
            self.open_connections.add(self)
            self._opened_at = self.loop.time()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End. One that never began has nothing to end."""
        self.open_connections.discard(self)
        if self.session is not None:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless they have become too many lines."""
        self._lines += data.count(b"\n")
        if self._lines <= MAX_LINES:
            super().data_received(data)
        elif self.transport is not None and not self.transport.is_closing():
            _hang_up(self.transport, TOO_MANY_LINES)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take a mail, when it is its turn."""
        async with self.transfers:
            self._lines = 0
            await super().smtp_DATA(arg)

    def _make_room(self) -> bool:
        """Close the oldest connection of a stranger, if there is one that has had its time."""
        since = self.loop.time() - STRANGER_SECONDS
        strangers = [each for each in self.open_connections if each._is_stranger and each._opened_at <= since]
        if not strangers:
            return False
        oldest = min(strangers, key=lambda each: each._opened_at)
        self.open_connections.discard(oldest)
        if oldest.transport is not None:
            _hang_up(oldest.transport, BUSY)
        return True

    @property
    def _is_stranger(self) -> bool:
        return self.envelope is None or not self.envelope.rcpt_tos


def _hang_up(transport: asyncio.BaseTransport, reply: str) -> None:
    assert isinstance(transport, asyncio.WriteTransport)
    transport.write(f"{reply}\r\n".encode())
    transport.close()


async def listen(sink: MailSink, host: str, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Start to listen. With `tls`, `STARTTLS` is offered and has to be used.

    Raises:
        OSError: the port is taken.
    """
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's, which names senders and recipients
    loop = asyncio.get_running_loop()
    shared = {"open_connections": set(), "transfers": asyncio.Semaphore(MAX_TRANSFERS)}
    connection = type("Connection", (_Connection,), shared)
    make = partial(
        connection,
        _Handler(sink),
        data_size_limit=MAX_BYTES,
        enable_SMTPUTF8=True,
        hostname="tend",
        ident="Tend",
        tls_context=tls,
        require_starttls=tls is not None,
        timeout=TIMEOUT_SECONDS,
        command_call_limit=MAX_COMMANDS,
        loop=loop,
    )
    return await loop.create_server(make, host, port)
