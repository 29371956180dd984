"""Fetch a calendar from an address that a person gave. Redirects are followed, each checked anew."""

import http.client
import zlib
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urljoin, urlsplit

from bot.outbound import addresses
from bot.outbound.addresses import OutboundError
from bot.outbound.connection import USER_AGENT, Deadline, Network, connection, read_body, target, time_limit

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 3
MAX_ETAG = 200
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (401, 403, 404, 410)


class Problem(StrEnum):
    """Why a calendar can't be read: every `Obstacle`, and what may be wrong with the calendar itself."""

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


def clean_address(text: str, *, loopback: bool = False) -> str:
    """Return an address as it is fetched: `webcal://` is https.

    Raises:
        CalendarError: it is no https address.
    """
    scheme, colon, rest = text.strip().partition(":")
    if scheme.lower() in ("webcal", "webcals"):
        scheme = "https"
    try:
        return addresses.clean_address(f"{scheme}{colon}{rest}", loopback=loopback)
    except OutboundError as error:
        raise CalendarError(Problem(error.obstacle)) from None


def fetch(url: str, *, etag: str | None = None, network: Network | None = None) -> Fetched:
    """Fetch a calendar.

    Raises:
        CalendarError: it can't be had.
    """
    network = network or Network()
    try:
        with time_limit(network.timeout) as deadline:
            for _ in range(MAX_REDIRECTS + 1):
                url = clean_address(url, loopback=network.loopback)
                found = _request(urlsplit(url), etag, network, deadline)
                if isinstance(found, Fetched):
                    return found
                url = urljoin(url, found)
            raise CalendarError(Problem.REDIRECTS)
    except OutboundError as error:
        raise CalendarError(Problem(error.obstacle)) from None


def _request(url: SplitResult, etag: str | None, network: Network, deadline: Deadline) -> Fetched | str:
    """Return what was fetched, or where it is said to be."""
    with connection(url, network, deadline) as made:
        made.request("GET", target(url), headers=_headers(etag))
        with made.getresponse() as response:
            return _answer(response, etag, deadline)


def _headers(etag: str | None) -> dict[str, str]:
    same = {"If-None-Match": etag} if etag else {}
    return {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": USER_AGENT} | same


def _answer(response: http.client.HTTPResponse, etag: str | None, deadline: Deadline) -> Fetched | str:
    if response.status == 304 and etag:
        return Fetched(None, etag)
    if response.status in _REDIRECTS and (location := response.getheader("Location")):
        return location
    if response.status != 200:
        raise CalendarError(Problem.GONE if response.status in _GONE else Problem.SERVER)
    body = read_body(response, deadline, MAX_BYTES)
    coding = (response.getheader("Content-Encoding") or "identity").strip().casefold()
    if coding in ("gzip", "x-gzip"):
        body = _gunzip(body)
    elif coding != "identity":
        raise CalendarError(Problem.NO_CALENDAR)
    new = response.getheader("ETag") or ""
    return Fetched(body, new if new and len(new) <= MAX_ETAG and new.isascii() and new.isprintable() else None)


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
