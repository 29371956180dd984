"""The SMTP server, by a real client: what it takes, what it refuses, and that it relays nothing."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.mail import server as mail_server
from bot.mail.server import MAX_CONNECTIONS, MailSink, listen
from tests.mail.mails import JANE, TEND, mail
from tests.patience import PATIENCE, until


@dataclass
class Served:
    port: int = 0
    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    broken: bool = False

    def knows(self, address: str) -> bool:
        return address == TEND

    def take(self, to: tuple[str, ...], raw: bytes) -> None:
        if self.broken:
            raise OSError("the database is gone")
        self.taken.append((to, raw))

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE)


@pytest.fixture
def served() -> Iterator[Served]:
    found, loop = Served(), asyncio.new_event_loop()
    sink = MailSink(found.knows, found.take, found.errors.append)
    server = loop.run_until_complete(listen(sink, "127.0.0.1", 0))
    found.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield found
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(PATIENCE)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_mail_to_a_private_address_is_taken(served: Served) -> None:
    with served.client() as client:
        client.send_message(mail(), to_addrs=[TEND])
    ((to, raw),) = served.taken
    assert to == (TEND,)
    assert b"Subject: Pricing" in raw


@pytest.mark.parametrize("address", ["jane@acme.example", "tend+unknown@tend.example", "postmaster@tend.example"])
def test_it_relays_nothing(served: Served, address: str) -> None:
    with served.client() as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.send_message(mail(), to_addrs=[address])
    assert refused.value.recipients[address][0] == 550
    assert served.taken == []


def test_of_several_recipients_only_ours_is_taken(served: Served) -> None:
    with served.client() as client:
        refused = client.send_message(mail(), to_addrs=[TEND, "jane@acme.example"])
    assert set(refused) == {"jane@acme.example"}
    assert served.taken[0][0] == (TEND,)


def test_what_can_t_be_recorded_is_sent_again(served: Served) -> None:
    served.broken = True
    with served.client() as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.send_message(mail(), to_addrs=[TEND])
    assert refused.value.smtp_code == 451
    assert len(served.errors) == 1
    served.broken = False
    with served.client() as client:
        client.send_message(mail(), to_addrs=[TEND])
    assert len(served.taken) == 1


def test_a_mail_that_is_too_long_is_refused(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with served.client() as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(mail_server.MAX_BYTES)
        code, _ = client.docmd("MAIL", f"FROM:<{JANE.split('<')[1]} SIZE={mail_server.MAX_BYTES + 1}")
    assert code == 552


def test_connections_are_bounded(served: Served) -> None:
    open_ones = [socket.create_connection(("127.0.0.1", served.port), PATIENCE) for _ in range(MAX_CONNECTIONS)]
    try:
        for each in open_ones:
            assert each.recv(3) == b"220"
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as late:
            assert late.recv(3) == b"421"
    finally:
        for each in open_ones:
            each.close()

    def is_answered() -> bool:
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as again:
            return again.recv(3) == b"220"

    until(is_answered)


@pytest.mark.parametrize(
    "said", [b"\x00\xff\r\n", b"x" * 5000 + b"\r\n", b"RCPT TO:<a@b>\r\n", b"DATA\r\n", b"AUTH PLAIN\r\n"]
)
def test_nonsense_is_refused(served: Served, said: bytes) -> None:
    with served.client() as client:
        client.ehlo()
        assert client.sock is not None
        client.sock.sendall(said)
        assert client.getreply()[0] in range(500, 600)
    assert served.taken == []


def test_connections_that_name_nobody_here_give_way(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "STRANGER_SECONDS", 0.0)
    with served.client() as known:
        known.ehlo()
        known.mail("a@b.example")
        assert known.rcpt(TEND)[0] == 250
        idle = [socket.create_connection(("127.0.0.1", served.port), PATIENCE) for _ in range(MAX_CONNECTIONS - 1)]
        try:
            for each in idle:
                assert each.recv(3) == b"220"
            with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as late:
                assert late.recv(3) == b"220"
            assert b"\r\n421" in _rest(idle[0])
        finally:
            for each in idle:
                each.close()
        assert known.data(b"hi")[0] == 250


def _rest(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(4096):
        received += piece
    return received


def test_connections_that_are_turned_away_log_nothing(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    open_ones = [socket.create_connection(("127.0.0.1", served.port), PATIENCE) for _ in range(MAX_CONNECTIONS)]
    try:
        for each in open_ones:
            assert each.recv(3) == b"220"
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as late:
            assert _rest(late).startswith(b"421")
    finally:
        for each in open_ones:
            each.close()
    with served.client() as client:  # the loop has come round
        client.noop()
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_mail_of_too_many_lines_is_refused_on_the_way(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "MAX_LINES", 1_000)
    with served.client() as client:
        client.sendmail("a@b.example", [TEND], b"a\r\n" * 900)
        with pytest.raises((smtplib.SMTPException, OSError)):
            client.sendmail("a@b.example", [TEND], b"a\r\n" * 5_000)
    assert len(served.taken) == 1


def test_no_error_of_the_library_is_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr(mail_server._Connection, "smtp_NOOP", broken)
    with served.client() as client:
        code, words = client.noop()
    assert code == 500
    assert b"secret" not in words
    assert len(served.errors) == 1
