"""Bodies of more than a megabyte: refused, and not read to their end."""

import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.web.app import MAX_BODY_BYTES
from tests.notifications.office import Office
from tests.patience import PATIENCE
from tests.web.endpoint import FORM, Endpoint, signature, typed
from tests.web.test_endpoint import recorded

MEGABYTE = 1_000_000


@contextmanager
def talking(endpoint: Endpoint, *headers: str) -> Iterator[socket.socket]:
    """A connection on which the head of a request was sent."""
    head = ["POST /slack/events HTTP/1.1", "Host: x", f"Content-Type: {FORM}", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join(head).encode())
        yield connection


def claimed() -> tuple[str, str]:
    """Headers that claim a signature: without one, hardly anything is read."""
    return f"X-Slack-Request-Timestamp: {int(time.time())}", f"X-Slack-Signature: v0={'0' * 64}"


def status(connection: socket.socket) -> int:
    """Of the answer; nought where the connection was closed without one."""
    said = b""
    while b"\r\n" not in said:
        part = connection.recv(1_000)
        if not part:
            return 0
        said += part
    return int(said.split(b" ", 2)[1])


def test_one_that_says_how_large_it_is_is_refused_before_any_of_it_came(endpoint: Endpoint) -> None:
    """Nobody waits for the rest."""
    with talking(endpoint, f"Content-Length: {30 * MEGABYTE}", *claimed()) as connection:
        assert status(connection) == 413


def chunk(size: int) -> bytes:
    return f"{size:x}\r\n".encode() + b"x" * size + b"\r\n"


def test_one_that_comes_in_chunks_is_refused_when_it_has_become_too_large(endpoint: Endpoint) -> None:
    """It has no length, and no end."""
    with talking(endpoint, "Transfer-Encoding: chunked", *claimed()) as connection:
        sent = 0
        while sent <= MAX_BODY_BYTES:
            connection.sendall(chunk(100_000))
            sent += 100_000
        assert status(connection) == 413


def test_one_without_an_end_does_not_fill_the_memory(endpoint: Endpoint) -> None:
    """However much is sent, little of it is kept, and the connection is closed at last."""
    tracemalloc.start()
    try:
        with talking(endpoint, "Transfer-Encoding: chunked", *claimed()) as connection:
            for _ in range(300):
                try:
                    connection.sendall(chunk(100_000))
                except OSError:
                    break
            most = tracemalloc.get_traced_memory()[1]
        assert most < 20 * MEGABYTE
    finally:
        tracemalloc.stop()
    assert endpoint.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize("more", ["&x=" + "y" * 5_000, "&text=Acme+Legal+1"])
def test_one_that_says_it_is_smaller_than_it_is_ends_where_it_said(
    endpoint: Endpoint, office: Office, more: str
) -> None:
    """What follows belongs to no body that anybody signed."""
    office.partner("Acme Legal")
    body, stamp = typed("/trust", "Acme Legal 4"), str(int(time.time()))
    signed = signature(endpoint.secret, stamp, body)
    headers = (f"X-Slack-Request-Timestamp: {stamp}", f"X-Slack-Signature: {signed}")
    with talking(endpoint, *headers, f"Content-Length: {len(body)}") as connection:
        connection.sendall((body + more).encode())
        assert status(connection) == 200
    assert recorded(office) == 1


@pytest.mark.parametrize("length", ["-1", "x", "1, 2", "0x10", "\uff19", "1e3", "9" * 5_000])
def test_a_length_that_is_none_is_refused(endpoint: Endpoint, office: Office, length: str) -> None:
    """By whoever meets it first."""
    with talking(endpoint, f"Content-Length: {length}") as connection:
        connection.sendall(typed("/trust", "Acme Legal 4").encode())
        assert status(connection) in (0, 400, 413)
    assert recorded(office) == 0
    assert endpoint.ask("GET", "/healthz").status == 200


def test_both_a_length_and_chunks_are_one_request_at_most(endpoint: Endpoint, office: Office) -> None:
    """Nobody smuggles a second one in."""
    with talking(endpoint, "Content-Length: 4", "Transfer-Encoding: chunked") as connection:
        connection.sendall(b"0\r\n\r\nPOST /slack/events HTTP/1.1\r\n\r\n")
        assert status(connection) in (0, 400, 401)
    assert recorded(office) == 0


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_compressed_body_is_not_unpacked(endpoint: Endpoint, office: Office, encoding: str) -> None:
    """Slack sends none; what would be a gigabyte stays the few bytes that came."""
    packed = gzip.compress(b"x" * 50 * MEGABYTE)
    stamp = str(int(time.time()))
    headers = {"Content-Type": FORM, "Content-Encoding": encoding, "X-Slack-Request-Timestamp": stamp}
    headers["X-Slack-Signature"] = signature(endpoint.secret, stamp, packed)
    answer = endpoint.ask("POST", "/slack/events", packed, headers)
    assert answer.status in (400, 404)
    assert recorded(office) == 0


def test_the_largest_that_slack_may_send_is_read(endpoint: Endpoint, office: Office) -> None:
    """To the very byte; one more is too many."""
    event = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0TEND", "event": {"type": "x", "text": ""}}
    room = MAX_BODY_BYTES - len(json.dumps(event))
    for more, expected in ((0, 404), (1, 413)):
        event["event"] = {"type": "x", "text": "y" * (room + more)}
        assert endpoint.post(json.dumps(event), kind="application/json").status == expected
