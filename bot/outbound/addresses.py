"""Which addresses Tend connects to when a person gave them."""

import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

MAX_ADDRESS = 2_000
_NAT64 = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class Obstacle(StrEnum):
    """Why nothing came of a request. `KEY`: its address could not be decrypted."""

    ADDRESS = "address"
    PRIVATE = "private"
    HOST = "host"
    CERTIFICATE = "certificate"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    KEY = "key"


class OutboundError(Exception):
    """Nothing came of a request. Says why, and never where it went."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def clean_address(text: str, *, loopback: bool = False) -> str:
    """Return an https address as it is requested. `loopback` allows http.

    Raises:
        OutboundError: it is none.
    """
    text = text.strip()
    if not text or len(text) > MAX_ADDRESS or not text.isprintable() or any(sign.isspace() for sign in text):
        raise OutboundError(Obstacle.ADDRESS)
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise OutboundError(Obstacle.ADDRESS) from None
    allowed = parts.scheme == "https" or (loopback and parts.scheme == "http")
    if not allowed or not host or parts.username is not None or port == 0 or not f"{parts.path}{parts.query}".isascii():
        raise OutboundError(Obstacle.ADDRESS)
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{shown}:{port}" if port else shown, parts.path or "/", parts.query, ""))


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
