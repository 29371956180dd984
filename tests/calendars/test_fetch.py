"""A calendar is fetched from the public internet and from nowhere else, whatever its server does."""

import gzip
import socket
import threading

import pytest

from bot.calendars import fetch as fetching
from bot.calendars.fetch import CalendarError, Fetched, Problem, clean_address, fetch
from bot.outbound.connection import Network
from tests.calendars.feeds import GOOGLE
from tests.calendars.servers import NAME, PUBLIC, Answer, Roads, Server, reply, serving

URL = f"https://{NAME}/ana/secret.ics"


@pytest.fixture
def roads(secured: Roads) -> Roads:
    secured.server.requests.clear()
    secured.server.paths.clear()
    secured.server.answer = reply(GOOGLE, ETag='"v1"')
    return Roads(secured.server, secured.authority)


def problem(url: str, network: Network) -> Problem:
    with pytest.raises(CalendarError) as caught:
        fetch(url, network=network)
    assert "secret" not in str(caught.value)
    return caught.value.problem


def test_a_calendar_is_fetched(roads: Roads) -> None:
    assert fetch(URL, network=roads.network()) == Fetched(GOOGLE, '"v1"')
    (request,) = roads.server.requests
    assert request.startswith(b"GET /ana/secret.ics HTTP/1.1\r\n")
    assert b"\r\nHost: calendar.example.com\r\n" in request
    assert b"\r\nAccept-Encoding: identity\r\n" in request
    assert roads.connected == [PUBLIC], "what was checked is what was connected to"


def test_what_has_not_changed_is_not_sent_again(roads: Roads) -> None:
    roads.server.answer = reply(status="304 Not Modified")
    assert fetch(URL, etag='"v1"', network=roads.network()) == Fetched(None, '"v1"')
    assert b'\r\nIf-None-Match: "v1"\r\n' in roads.server.requests[0]


def test_a_redirect_is_followed(roads: Roads) -> None:
    roads.server.paths["/old"] = reply(status="302 Found", Location="/new.ics")
    assert fetch(f"https://{NAME}/old", network=roads.network()).body == GOOGLE
    assert roads.asked == [NAME, NAME], "and checked anew"


def test_redirects_without_end(roads: Roads) -> None:
    roads.server.answer = reply(status="301 Moved", Location="/again")
    assert problem(URL, roads.network()) == Problem.REDIRECTS
    assert len(roads.server.requests) == fetching.MAX_REDIRECTS + 1


INSIDE = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
          "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
          "::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "2002:7f00:1::1", "2002:5db8:d70e::1",
          "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
          "2001:db8::1",          "fe80::1%eth0", "2606:2800::1%eth0", "no address"]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_none_of_ours(roads: Roads, address: str) -> None:
    roads.names[NAME] = [[PUBLIC, address]]
    assert problem(URL, roads.network()) == Problem.PRIVATE
    assert roads.connected == []


@pytest.mark.parametrize(
    "where",
    ["https://127.0.0.1/x", "https://169.254.169.254/latest/meta-data/", "https://[::1]/x", "https://2130706433/x",
     "https://0x7f.1/x", "https://0177.0.0.1/x", "https://127.1/x", "https://[::ffff:127.0.0.1]/x"],
)  # fmt: skip
def test_a_redirect_inside_is_not_followed(roads: Roads, where: str) -> None:
    """Also to what only the system's resolver knows to be an address."""
    roads.server.answer = reply(status="302 Found", Location=where)

    def resolve(host: str, port: int) -> list[str]:
        return [PUBLIC] if host == NAME else list(Network().resolve(host, port))

    network = Network(resolve, roads.connect, roads.network().tls)
    assert problem(URL, network) in (Problem.PRIVATE, Problem.HOST)
    assert roads.connected == [PUBLIC]


@pytest.mark.parametrize("where", ["http://example.com/x", "ftp://example.com/x", "file:///etc/passwd", "//u:p@h/x"])
def test_a_redirect_to_anything_but_https_is_not_followed(roads: Roads, where: str) -> None:
    roads.server.answer = reply(status="302 Found", Location=where)
    assert problem(URL, roads.network()) == Problem.ADDRESS


def test_a_name_that_changes_its_mind_is_asked_once_for_each_connection(roads: Roads) -> None:
    """DNS rebinding: what was checked first is connected to, and a redirect to the same name is checked anew."""
    roads.names[NAME] = [[PUBLIC], ["127.0.0.1"]]
    assert fetch(URL, network=roads.network()).body == GOOGLE
    assert roads.asked == [NAME]
    roads.asked.clear()
    roads.server.answer = reply(status="302 Found", Location="/again")
    assert problem(URL, roads.network()) == Problem.PRIVATE


def drip(_client: socket.socket, _request: bytes) -> None:
    """Send a byte of a head now and then, so that no single read takes long."""
    _client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        _client.sendall(b"X: y\r\n"[:1])
        threading.Event().wait(0.01)


def drip_body(client: socket.socket, _request: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b"x")
        threading.Event().wait(0.01)


def silent(client: socket.socket, _request: bytes) -> None:
    client.recv(1)


@pytest.mark.parametrize("answer", [drip, drip_body, silent])
def test_a_slow_server_is_left(roads: Roads, answer: Answer) -> None:
    roads.server.answer = answer
    assert problem(URL, roads.network(timeout=1)) == Problem.TIMEOUT


def test_a_handshake_without_end_is_left() -> None:
    def drip_handshake(client: socket.socket, _request: bytes) -> None:
        """TLS has begun; say that a long record follows, and send it slowly."""
        client.sendall(b"\x16\x03\x03\x40\x00")
        while True:
            client.sendall(b"x")
            threading.Event().wait(0.01)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])

        def accept() -> None:
            client, _ = listener.accept()
            try:
                drip_handshake(client, b"")
            except OSError:
                client.close()

        threading.Thread(target=accept, daemon=True).start()
        assert problem(URL, Roads(server).network(timeout=1)) == Problem.TIMEOUT


def test_a_resolver_without_end_is_left(roads: Roads) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        threading.Event().wait(5)
        return [PUBLIC]

    assert problem(URL, Network(resolve, roads.connect, timeout=0.2)) == Problem.TIMEOUT


def endless(client: socket.socket, _request: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b"x" * 65_536)


def endless_head(client: socket.socket, _request: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.sendall(b"X-More: " + b"x" * 1_000 + b"\r\n")


BOMB = gzip.compress(bytes(50_000_000))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (endless, Problem.TOO_LARGE),
        (endless_head, Problem.CONNECTION),
        (reply(BOMB, Content_Encoding="gzip"), Problem.TOO_LARGE),
        (reply(b"no gzip", Content_Encoding="gzip"), Problem.NO_CALENDAR),
        (reply(gzip.compress(GOOGLE)[:-9], Content_Encoding="gzip"), Problem.CONNECTION),
        (reply(GOOGLE, Content_Encoding="br"), Problem.NO_CALENDAR),
        (reply(GOOGLE[:100], Content_Length="5000"), Problem.CONNECTION),
        (reply(status="404 Not Found"), Problem.GONE),
        (reply(status="403 Forbidden"), Problem.GONE),
        (reply(status="500 Oops"), Problem.SERVER),
        (reply(status="304 Not Modified"), Problem.SERVER),
        (reply(status="204 No Content"), Problem.SERVER),
        (lambda client, _: client.sendall(b"nonsense\r\n\r\n"), Problem.CONNECTION),
        (lambda client, _: client.close(), Problem.CONNECTION),
    ],
    ids=["endless", "endless head", "bomb", "no gzip", "half a gzip", "brotli", "cut off", "404", "403", "500",
         "304 unasked", "204", "no HTTP", "closed"],
)  # fmt: skip
def test_what_a_server_may_do_wrong(roads: Roads, answer: Answer, expected: Problem) -> None:
    roads.server.answer = answer
    assert problem(URL, roads.network()) == expected


def test_gzip_is_taken_though_nobody_asked_for_it(roads: Roads) -> None:
    roads.server.answer = reply(gzip.compress(GOOGLE), Content_Encoding="gzip")
    assert fetch(URL, network=roads.network()).body == GOOGLE


def test_a_certificate_of_another_name_is_not_believed(roads: Roads) -> None:
    assert problem("https://other.example.com/secret.ics", roads.network()) == Problem.CERTIFICATE
    assert roads.server.requests == [], "so that nobody else learns the address"


def test_a_certificate_of_nobody_is_not_believed(roads: Roads) -> None:
    assert problem(URL, Network(roads.resolve, roads.connect)) == Problem.CERTIFICATE


def test_an_odd_etag_is_not_kept(roads: Roads) -> None:
    roads.server.answer = reply(GOOGLE, ETag="x" * 1_000)
    assert fetch(URL, network=roads.network()).etag is None


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (" https://x.example/a.ics \n", "https://x.example/a.ics"),
        ("webcal://p42-caldav.icloud.com/published/2/MT", "https://p42-caldav.icloud.com/published/2/MT"),
        ("HTTPS://X.Example:8443/a?b=c#d", "https://x.example:8443/a?b=c"),
        ("https://müller.example/a.ics", "https://xn--mller-kva.example/a.ics"),
        ("https://x.example", "https://x.example/"),
    ],
)
def test_an_address_as_people_paste_it(typed: str, cleaned: str) -> None:
    assert clean_address(typed) == cleaned


@pytest.mark.parametrize(
    "typed",
    ["", "calendar", "http://x.example/a.ics", "https://", "https://u:p@x.example/", "https://x.example:0/", "https://[x/",
     "https://x.example:99999/", "https://x.example/a b", "https://x.example/\x00", "https://x.example/" + "a" * 2_000,
     "https://x.example/é", "file:///etc/passwd", "gopher://x.example/"],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(CalendarError):
        clean_address(typed)


def test_this_machine_is_reached_only_by_a_switch_in_code() -> None:
    with serving() as server:
        server.answer = reply(GOOGLE)
        url = f"http://127.0.0.1:{server.port}/secret.ics"
        assert problem(url, Network()) == Problem.ADDRESS
        assert fetch(url, network=Network(loopback=True)).body == GOOGLE
        assert problem("http://10.0.0.1/secret.ics", Network(loopback=True)) == Problem.PRIVATE
