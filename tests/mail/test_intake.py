"""A mail to a private address becomes contact: its day, its side and its persons, once, and nothing else."""

import asyncio
import logging
import smtplib
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.actions.caller import Caller
from bot.actions.workspace.mail import renew_address
from bot.background.mail_sink import sink_of
from bot.mail import server as mail_server
from bot.mail.server import listen
from bot.notifications.memberships import ask_memberships
from storage.tables import Activity, ActivityContact, ContactPerson, MailAddress, MailReceipt
from tests.listeners.office import ANA, BOB, GUEST, Office, replaced
from tests.mail.mails import GMAIL, JANE, REPORT, mail
from tests.patience import PATIENCE
from tests.stored import stored

HOST = "tend.example.com"
SECRETS = ("Pricing", "Hello", "unknown@elsewhere.example", "fairweather.example")


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(listen(sink_of(office.engine, office.clock, HOST), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(PATIENCE)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def address_of(office: Office, user: str = ANA) -> str:
    shown = office.told("/tend mail", user).visible_text
    return next(word.strip("`") for word in shown.split() if word.strip("`").endswith(HOST))


def send(port: int, made: object, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
        raw = made if isinstance(made, bytes) else bytes(made)  # type: ignore[call-overload]
        client.sendmail("ana@fairweather.example", [to], raw)


@pytest.fixture
def acme(office: Office) -> int:
    partner = office.partner("Acme Legal", owner=ANA, since=date(2025, 1, 1))
    office.person(partner, "Jane Doe", address="jane@acme.example")
    return partner


def test_a_copy_counts_as_contact_of_its_day(office: Office, port: int, acme: int) -> None:
    to = address_of(office)
    for _ in range(2):
        send(port, mail(), to)
    (row,) = office.rows(Activity)
    assert (row.partner_id, row.kind, row.occurred_on, row.direction) == (acme, "meeting", date(2026, 11, 23), "out")
    (named,) = office.rows(ActivityContact)
    (jane,) = office.rows(ContactPerson)
    assert (named.activity_id, named.contact_person_id) == (row.id, jane.id)


def test_a_forward_counts_on_the_day_of_what_was_forwarded(office: Office, port: int, acme: int) -> None:
    send(port, mail(GMAIL, to=address_of(office)), address_of_again(office))
    (row,) = office.rows(Activity)
    assert (row.occurred_on, row.direction) == (date(2026, 11, 20), "in")


def address_of_again(office: Office) -> str:
    renewed = replaced(office.press(office.told("/tend mail"), "new_mail_address")).visible_text
    return next(word.strip("`") for word in renewed.split() if word.strip("`").endswith(HOST))


def test_nothing_of_a_mail_is_kept(office: Office, port: int, acme: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(port, mail(to=f"{JANE}, unknown@elsewhere.example"), address_of(office))
    assert len(office.rows(MailReceipt)) == 1
    kept = stored(office.engine)
    for secret in SECRETS:
        assert secret not in kept
        assert secret not in caplog.text
    assert "jane@acme.example" not in caplog.text


def test_a_mail_of_nobody_we_know_is_no_contact(office: Office, port: int, acme: int) -> None:
    send(port, mail(to="carl@gmail.com"), address_of(office))
    assert office.rows(Activity) == []


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"List_Id": "<x.acme.example>"}])
def test_what_no_person_wrote_is_no_contact(office: Office, port: int, acme: int, headers: dict[str, str]) -> None:
    send(port, mail(**headers), address_of(office))
    assert office.rows(Activity) == []


def test_a_mail_of_long_ago_is_no_contact(office: Office, port: int, acme: int) -> None:
    send(port, mail(Date="Mon, 23 Nov 2015 10:05:00 +0100"), address_of(office))
    assert office.rows(Activity) == []


def test_a_mail_from_the_future_is_of_today(office: Office, port: int, acme: int) -> None:
    send(port, mail(Date="Mon, 23 Nov 2037 10:05:00 +0100"), address_of(office))
    assert [row.occurred_on for row in office.rows(Activity)] == [office.clock.now.date()]


def test_a_report_notes_who_can_t_be_reached(office: Office, port: int, acme: int) -> None:
    send(port, REPORT, address_of(office))
    assert office.rows(ContactPerson)[0].bounced_at == office.clock.now


def test_an_old_address_and_a_switched_off_one_are_refused(office: Office, port: int, acme: int) -> None:
    old = address_of(office)
    new = address_of_again(office)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(), old)
    send(port, mail(), new)
    office.press(office.told("/tend mail"), "mail_off")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(Message_ID="<two@x>"), new)
    assert office.rows(MailAddress) == []


def test_whoever_left_has_no_address(office: Office, port: int, acme: int) -> None:
    to = address_of(office, BOB)
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE person SET standing = 'gone' WHERE user_id = :user"), {"user": BOB})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(), to)


def test_over_tls(office: Office, acme: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a certificate of its own, nothing is taken in the clear."""
    pem = tmp_path / "tend.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(tmp_path / "k"), "-out", str(tmp_path / "c")],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is missing")
    pem.write_text((tmp_path / "k").read_text() + (tmp_path / "c").read_text())
    from bot.cli.mail import _tls

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(listen(sink_of(office.engine, office.clock, HOST), "127.0.0.1", 0, _tls(pem)))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    place = server.sockets[0].getsockname()[1]
    to = address_of(office)
    try:
        with smtplib.SMTP("127.0.0.1", place, timeout=PATIENCE) as client, pytest.raises(smtplib.SMTPResponseException):
            client.sendmail("ana@fairweather.example", [to], bytes(mail()))
        with smtplib.SMTP("127.0.0.1", place, local_hostname="x", timeout=PATIENCE) as client:
            client._host = "localhost"  # type: ignore[attr-defined]
            monkeypatch.setattr(mail_server, "MAX_CONNECTIONS", 1)  # it has a place already
            client.starttls(context=ssl.create_default_context(cafile=str(tmp_path / "c")))
            client.sendmail("ana@fairweather.example", [to], bytes(mail()))
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
    assert len(office.rows(Activity)) == 1


def test_whether_somebody_is_still_a_member_is_asked_again(office: Office, port: int, acme: int) -> None:
    """Also of somebody who presses nothing, and of whom Slack sends no word. Who comes back has their address back."""
    to, slack = address_of(office, BOB), office.slack.world
    send(port, mail(), to)
    slack.people[BOB] = replace(slack.people[BOB], deleted=True)
    before = len(slack.calls_to("users.info"))
    office.clock.forward(hours=11)  # type: ignore[attr-defined]
    ask_memberships(office.services)
    assert len(slack.calls_to("users.info")) == before, "what Slack said holds for half a day"
    office.clock.forward(hours=2)  # type: ignore[attr-defined]
    slack.faults.add("users.info", "500")
    ask_memberships(office.services)
    send(port, mail(Message_ID="<away@x>"), to)
    ask_memberships(office.services)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(Message_ID="<left@x>"), to)
    slack.people[BOB] = replace(slack.people[BOB], deleted=False)
    office.clock.forward(hours=13)  # type: ignore[attr-defined]
    ask_memberships(office.services)
    send(port, mail(Message_ID="<back@x>"), to)


def test_an_address_that_was_made_for_somebody_unknown_is_asked_about(office: Office, port: int, acme: int) -> None:
    """`tend mail address` asks nobody: the machine may have no token."""
    caller = Caller(office.services.workspaces.teams()[0], GUEST, office.clock.now, mail_host=HOST)
    to = renew_address(office.engine, caller).address or ""
    ask_memberships(office.services)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(), to)
    assert office.rows(Activity) == []
