"""Fetch a calendar from an address that a person gave, and from nowhere else.

An address is a stranger's word: each name is resolved once, every address it has must be a public one, and exactly that
one is connected to. Redirects are checked anew. Errors never contain the address.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

MAX_ADDRESS = 2_000
MAX_BYTES = 5_000_000
MAX_REDIRECTS = 3
MAX_ETAG = 200
TIMEOUT_SECONDS = 20.0
"""For all of it: names, connections, redirects and the body."""
_CHUNK = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (401, 403, 404, 410)
_NAT64 = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class Problem(StrEnum):
    """Why a calendar can't be read."""

    ADDRESS = "address"
    PRIVATE = "private"
    HOST = "host"
    CERTIFICATE = "certificate"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    GONE = "gone"
    SERVER = "server"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    NO_CALENDAR = "no_calendar"
    TOO_COMPLEX = "too_complex"
    KEY = "key"


class CalendarError(Exception):
    """A calendar can't be read. Says why, and never where it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent. `body` is None if the calendar is the one that `etag` was of."""

    body: bytes | None
    etag: str | None


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


def clean_address(text: str, *, loopback: bool = False) -> str:
    """Return an address as it is fetched: `webcal://` is https.

    Raises:
        CalendarError: it is no https address.
    """
    text = text.strip()
    if not text or len(text) > MAX_ADDRESS or not text.isprintable() or any(sign.isspace() for sign in text):
        raise CalendarError(Problem.ADDRESS)
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise CalendarError(Problem.ADDRESS) from None
    scheme = "https" if parts.scheme in ("webcal", "webcals") else parts.scheme
    allowed = scheme == "https" or (loopback and scheme == "http")
    if not allowed or not host or parts.username is not None or port == 0 or not f"{parts.path}{parts.query}".isascii():
        raise CalendarError(Problem.ADDRESS)
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit((scheme, f"{shown}:{port}" if port else shown, parts.path or "/", parts.query, ""))


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet: none that leads to another in disguise."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.is_multicast or found.is_reserved or not found.is_global:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return True
    leads_elsewhere = found.ipv4_mapped or found.sixtofour or found.teredo or found.scope_id
    return found in _GLOBAL_UNICAST and not leads_elsewhere and not any(found in net for net in _NAT64)


def fetch(url: str, *, etag: str | None = None, network: Network | None = None) -> Fetched:
    """Fetch a calendar.

    Raises:
        CalendarError: it can't be had.
    """
    network = network or Network()
    with _Deadline(network.timeout) as deadline:
        try:
            for _ in range(MAX_REDIRECTS + 1):
                url = clean_address(url, loopback=network.loopback)
                found = _request(urlsplit(url), etag, network, deadline)
                if isinstance(found, Fetched):
                    return found
                url = urljoin(url, found)
            raise CalendarError(Problem.REDIRECTS)
        except ssl.SSLCertVerificationError:
            raise CalendarError(Problem.CERTIFICATE) from None
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            # A socket that the deadline closed fails in any of these ways.
            raise CalendarError(Problem.TIMEOUT if deadline.is_over else Problem.CONNECTION) from None


class _Deadline:
    """Ends whatever the socket is waiting for when time is up, also a server that sends a byte now and then."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    @property
    def left(self) -> float:
        return self._end - monotonic()

    def require(self) -> float:
        """Return the seconds left, if any are."""
        if self.is_over:
            raise CalendarError(Problem.TIMEOUT)
        return self.left

    @contextmanager
    def of(self, open_socket: socket.socket) -> Iterator[None]:
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


def _request(url: SplitResult, etag: str | None, network: Network, deadline: _Deadline) -> Fetched | str:
    """Return what was fetched, or where it is said to be."""
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
        connection = http.client.HTTPConnection(host, port)
        connection.default_port = 443 if url.scheme == "https" else 80  # what Host leaves out
        connection.sock = plain
        connection.request("GET", urlunsplit(("", "", url.path, url.query, "")), headers=_headers(etag))
        with connection.getresponse() as response:
            return _answer(response, etag, deadline)


def _headers(etag: str | None) -> dict[str, str]:
    same = {"If-None-Match": etag} if etag else {}
    return {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "Tend"} | same


def _checked_address(host: str, port: int, network: Network, deadline: _Deadline) -> str:
    """Return an address of a host, if every one that it has is public."""
    found = _resolve_within(host, port, network, deadline.require())
    if not found:
        raise CalendarError(Problem.HOST)
    for address in found:
        is_here = network.loopback and ipaddress.ip_address(address).is_loopback
        if not is_here and not is_public(address):
            raise CalendarError(Problem.PRIVATE)
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
        raise CalendarError(Problem.TIMEOUT)
    return found


def _answer(response: http.client.HTTPResponse, etag: str | None, deadline: _Deadline) -> Fetched | str:
    if response.status == 304 and etag:
        return Fetched(None, etag)
    if response.status in _REDIRECTS and (location := response.getheader("Location")):
        return location
    if response.status != 200:
        raise CalendarError(Problem.GONE if response.status in _GONE else Problem.SERVER)
    body = _body(response, deadline)
    coding = (response.getheader("Content-Encoding") or "identity").strip().casefold()
    if coding in ("gzip", "x-gzip"):
        body = _gunzip(body)
    elif coding != "identity":
        raise CalendarError(Problem.NO_CALENDAR)
    new = response.getheader("ETag") or ""
    return Fetched(body, new if new and len(new) <= MAX_ETAG and new.isascii() and new.isprintable() else None)


def _body(response: http.client.HTTPResponse, deadline: _Deadline) -> bytes:
    chunks, size = [], 0
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise CalendarError(Problem.TOO_LARGE)
        deadline.require()
    deadline.require()
    if response.length:  # it ended before what was announced
        raise CalendarError(Problem.CONNECTION)
    return b"".join(chunks)


def _gunzip(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise CalendarError(Problem.NO_CALENDAR) from None
    if len(found) > MAX_BYTES:
        raise CalendarError(Problem.TOO_LARGE)
    if not unpacker.eof:
        raise CalendarError(Problem.CONNECTION)
    return found
