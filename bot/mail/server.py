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

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 30_000_000
"""The longest mail that is taken. Large attachments come along with what is forwarded."""
MAX_CONNECTIONS = 20
MAX_RECIPIENTS = 10
TIMEOUT_SECONDS = 60.0
"""How long a connection may stay silent."""
MAX_COMMANDS = 50
"""How often one connection may give the same command."""

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


class _Connection(SMTP):
    """One connection. Over the limit, a new one is told to come back."""

    open_connections: set["_Connection"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self.open_connections) >= MAX_CONNECTIONS:
            assert isinstance(transport, asyncio.WriteTransport)
            transport.write(f"{BUSY}\r\n".encode())
            transport.close()
            return
        self.open_connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.open_connections.discard(self)
        super().connection_lost(error)


async def listen(sink: MailSink, host: str, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Start to listen. With `tls`, `STARTTLS` is offered and has to be used.

    Raises:
        OSError: the port is taken.
    """
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's, which names senders and recipients
    loop = asyncio.get_running_loop()
    connection = type("Connection", (_Connection,), {"open_connections": set()})
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
