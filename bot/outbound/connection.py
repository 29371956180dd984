"""Connect to an address that a person gave, and to nothing else.

An address is a stranger's word: each name is resolved once, every address it has must be a public one, and exactly that
one is connected to. Redirects are the caller's: whoever follows one connects anew, so it is checked anew. Errors never
contain the address.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import SplitResult, urlunsplit

from bot.outbound.addresses import Obstacle, OutboundError, is_public

TIMEOUT_SECONDS = 20.0
"""For all of it: names, connections, redirects and the body."""
USER_AGENT = "Tend"
_CHUNK = 65_536


def _resolve(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connect(address: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True, slots=True)
class Network:
    """How names are resolved and connections made. `loopback` allows http and this machine, for tests and the demo."""

    resolve: Callable[[str, int], Sequence[str]] = _resolve
    connect: Callable[[str, int, float], socket.socket] = _connect
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    loopback: bool = False
    timeout: float = TIMEOUT_SECONDS


class Deadline:
    """Ends whatever the socket is waiting for when time is up, also a server that sends a byte now and then."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    @property
    def _left(self) -> float:
        return self._end - monotonic()

    def require(self) -> float:
        """Return the seconds left.

        Raises:
            OutboundError: none are.
        """
        if self.is_over:
            raise OutboundError(Obstacle.TIMEOUT)
        return self._left

    @contextmanager
    def of(self, open_socket: socket.socket) -> Iterator[None]:
        """Watch a socket, and close it in the end."""
        self._socket = open_socket
        try:
            self.require()
            yield
        finally:
            self._socket = None
            open_socket.close()

    def _cut(self) -> None:
        open_socket = self._socket
        if open_socket is not None:
            # Not the TLS socket's own, which would drop the TLS layer under the thread that reads.
            with suppress(OSError):
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


@contextmanager
def time_limit(seconds: float) -> Iterator[Deadline]:
    """Allow that long for everything within.

    Raises:
        OutboundError: a connection failed, or time was up.
    """
    with Deadline(seconds) as deadline:
        try:
            yield deadline
        except ssl.SSLCertVerificationError:
            raise OutboundError(Obstacle.CERTIFICATE) from None
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            # A socket that the deadline closed fails in any of these ways.
            raise OutboundError(Obstacle.TIMEOUT if deadline.is_over else Obstacle.CONNECTION) from None


@contextmanager
def connection(url: SplitResult, network: Network, deadline: Deadline) -> Iterator[http.client.HTTPConnection]:
    """Connect to the server of a clean address, for one request.

    Raises:
        OutboundError: not every address that it has is public, or time is up.
    """
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    address = _checked_address(host, port, network, deadline)
    plain = network.connect(address, port, deadline.require())
    plain.settimeout(deadline.require())
    if url.scheme == "https":
        try:
            plain = network.tls().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        except BaseException:
            plain.close()
            raise
    with deadline.of(plain):
        if isinstance(plain, ssl.SSLSocket):
            plain.do_handshake()
        made = http.client.HTTPConnection(host, port)
        made.default_port = 443 if url.scheme == "https" else 80  # what Host leaves out
        made.sock = plain
        yield made


def target(url: SplitResult) -> str:
    """Return what a request line names."""
    return urlunsplit(("", "", url.path, url.query, ""))


def read_body(response: http.client.HTTPResponse, deadline: Deadline, limit: int) -> bytes:
    """Return the body of a response.

    Raises:
        OutboundError: it has more than `limit` bytes, ends early, or takes too long.
    """
    chunks, size = [], 0
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise OutboundError(Obstacle.TOO_LARGE)
        deadline.require()
    deadline.require()
    if response.length:  # it ended before what was announced
        raise OutboundError(Obstacle.CONNECTION)
    return b"".join(chunks)


def _checked_address(host: str, port: int, network: Network, deadline: Deadline) -> str:
    """Return an address of a host, if every one that it has is public."""
    found = _resolve_within(host, port, network, deadline.require())
    if not found:
        raise OutboundError(Obstacle.HOST)
    for address in found:
        is_here = network.loopback and ipaddress.ip_address(address).is_loopback
        if not is_here and not is_public(address):
            raise OutboundError(Obstacle.PRIVATE)
    return found[0]


def _resolve_within(host: str, port: int, network: Network, seconds: float) -> Sequence[str]:
    """Resolve a name in a thread, since the system's resolver can't be told to stop."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(network.resolve(host, port))
        except (OSError, UnicodeError, ValueError):
            return

    thread = threading.Thread(target=ask, daemon=True, name="resolving")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise OutboundError(Obstacle.TIMEOUT)
    return found
