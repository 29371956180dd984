"""Who wrote to whom and when, from mails as programs write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.message import EmailMessage
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.bounds import MAX_ADDRESS_HEADER, MAX_BOUNDARIES, MAX_BYTES, MAX_LINES, bounded
from bot.mail.message import MAX_ADDRESSES, MailFacts, MailKind, read_mail
from tests.mail.mails import ANA, APPLE, GMAIL, JANE, OUTLOOK, OUTLOOK_GERMAN, OUTLOOK_HTML, REPORT, TEND, mail
from tests.odd_cases import case, odd

NESTED = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
PART = b"--a\r\n" + NESTED
FORWARDED = "What was forwarded counts: who wrote it, to whom, and on its own day"
UNWRITTEN = "No contact: no person wrote it"
LISTED = "No contact: it went to many at once"
UNBROKEN = "What can be read is read, and nothing breaks"
FRIDAY = date(2026, 11, 20)


def read(made: EmailMessage) -> MailFacts:
    return read_mail(bytes(made))


@odd(
    "A mail to people at a partner, with Tend in copy",
    "It counts on its day, with all whom Tend knows among *From*, *To* and *Cc*",
)
def test_a_copy_names_its_people_and_its_instant() -> None:
    found = read(mail(to=f"{JANE}, Carl <carl@acme.example>", Cc=TEND))
    assert found.kind == MailKind.MESSAGE
    assert found.senders == ("ana@fairweather.example",)
    assert found.recipients == ("jane@acme.example", "carl@acme.example", "tend+0123456789@tend.example")
    assert found.sent_at == datetime(2026, 11, 23, 10, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    "text",
    [
        case("A forward from Gmail", FORWARDED, GMAIL),
        case("A forward from Outlook", FORWARDED, OUTLOOK),
        case("A forward from Outlook in German", FORWARDED, OUTLOOK_GERMAN),
        case("A forward from Apple Mail", FORWARDED, APPLE),
    ],
)
def test_a_forward_is_about_the_mail_it_forwards(text: str) -> None:
    found = read(mail(text, to=TEND))
    assert (found.kind, found.senders) == (MailKind.FORWARD, ("jane@acme.example",))
    assert "ana@fairweather.example" in found.recipients
    assert found.sent_at is not None
    assert found.sent_at.date() == FRIDAY


@odd("A forward that is all HTML", FORWARDED)
def test_a_forward_in_html_is_read_too() -> None:
    made = mail(to=TEND)
    made.set_content(OUTLOOK_HTML, subtype="html")
    found = read(made)
    assert (found.kind, found.senders, found.recipients) == (
        MailKind.FORWARD, ("jane@acme.example",), ("ana@fairweather.example",),
    )  # fmt: skip


@odd("A forward as an attachment", FORWARDED)
def test_a_forward_as_an_attachment() -> None:
    made = mail(to=TEND)
    made.add_attachment(mail(sender=JANE, to=ANA, Date="Fri, 20 Nov 2026 16:15:00 +0100"))
    found = read(made)
    assert (found.kind, found.senders) == (MailKind.FORWARD, ("jane@acme.example",))
    assert found.sent_at is not None
    assert found.sent_at.date() == FRIDAY


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        case("An out-of-office reply", UNWRITTEN, {"Auto_Submitted": "auto-replied"}, MailKind.AUTOMATIC),
        case("A notice from a program", UNWRITTEN, {"Auto_Submitted": "auto-generated"}, MailKind.AUTOMATIC),
        case("Bulk mail", LISTED, {"Precedence": "bulk"}, MailKind.LIST),
        case("An automatic reply of an old kind", UNWRITTEN, {"Precedence": "auto_reply"}, MailKind.AUTOMATIC),
        case("An automatic reply of another kind", UNWRITTEN, {"X_Autoreply": "yes"}, MailKind.AUTOMATIC),
        case("A mail from a mailing list", LISTED, {"List_Id": "<news.acme.example>"}, MailKind.LIST),
        case("A newsletter", LISTED, {"List_Unsubscribe": "<mailto:stop@acme.example>"}, MailKind.LIST),
        case("A mail that says it is not automatic", "It counts", {"Auto_Submitted": "no"}, MailKind.MESSAGE),
    ],
)
def test_what_no_person_wrote_is_no_contact(headers: dict[str, str], kind: MailKind) -> None:
    assert read(mail(**headers)).kind == kind


@odd("An invitation to a meeting", "No contact: meetings count by your calendar")
def test_an_invitation_is_left_to_calendars() -> None:
    made = mail()
    made.add_alternative("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n", subtype="calendar")
    assert read(made).kind == MailKind.INVITATION


@odd("A mail to more than fifty people", "No contact")
def test_a_circular_is_no_contact() -> None:
    assert read(mail(to=", ".join(f"p{number}@acme.example" for number in range(51)))).kind == MailKind.LIST


@odd(
    "A report that an address can't be reached",
    "It is noted at the person who has it. Mail that is only late is not",
)
def test_a_report_names_who_can_t_be_reached_for_good() -> None:
    found = read_mail(REPORT)
    assert (found.kind, found.failed) == (MailKind.BOUNCE, ("jane@acme.example",))


@odd("The same mail again, by another way", "It counts once")
def test_a_mail_is_the_same_however_often_it_arrives() -> None:
    again = mail(Received="from elsewhere")
    assert read(mail()).key == read(again).key
    assert read(mail(Message_ID="<two@mail.example>")).key != read(mail()).key
    unnamed = mail()
    del unnamed["Message-ID"]
    assert read(unnamed).key != read(mail()).key


@pytest.mark.parametrize(
    "raw",
    [
        case("Nothing at all", UNBROKEN, b""),
        case("Bytes that are no text", UNBROKEN, b"\x00\xff\xfe"),
        case("A sender without an address", UNBROKEN, b"From: \r\n\r\n"),
        case("Names and addresses that are garbled", UNBROKEN, b"From: =?utf-8?b?xxx?= <@>\r\nTo: <<>>,;:\r\n\r\nx"),
        case(
            "Parts that nothing separates",
            UNBROKEN,
            b"From: a@b.example\r\nDate: yesterday\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        ),
        case(
            "A character set that nobody knows",
            UNBROKEN,
            b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xff",
        ),
        case(
            "Text in an encoding that it is not in",
            UNBROKEN,
            b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        ),
        case("Two hundred parts, each inside the last", UNBROKEN, NESTED + PART * 200),
        case(
            "A day that no calendar has",
            UNBROKEN,
            b"From: a@b.example\r\nDate: Mon, 99 Nov 20267 99:99:99 +9999\r\n\r\n",
        ),
        case(
            "Accents where only plain letters may be",
            UNBROKEN,
            b"From: \xc3\xa4\xc3\xb6@acme.example\r\nTo: J\xfcrgen <j@acme.example>\r\n\r\nx",
        ),
    ],
)
def test_what_is_broken_breaks_nothing(raw: bytes) -> None:
    assert len(read_mail(raw).key) == 64


@odd("Names in other alphabets", "It counts like any other")
def test_headers_in_other_alphabets() -> None:
    found = read_mail(
        b"From: =?utf-8?B?SsO8cmdlbg==?= <jurgen@acme.example>\r\n"
        b"To: =?iso-8859-1?Q?Ana_Ru=EDz?= <ana@fairweather.example>\r\nMessage-ID: <x@y>\r\n\r\nHello"
    )
    assert (found.senders, found.recipients) == (("jurgen@acme.example",), ("ana@fairweather.example",))


@odd("A signed forward", FORWARDED)
def test_a_signed_mail_is_read_like_any_other() -> None:
    made = mail(GMAIL, to=TEND)
    made.make_mixed()
    made.add_attachment(b"0" * 2000, maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert read(made).senders == ("jane@acme.example",)


@odd("A forward with 20 MB attached", "The text is read, and the attachment is not")
def test_twenty_megabytes_are_read_for_their_beginning() -> None:
    made = mail(GMAIL, to=TEND)
    made.add_attachment(b"0" * 20_000_000, maintype="application", subtype="zip", filename="deck.zip")
    assert read(made).senders == ("jane@acme.example",)


@odd("A date that can't be read", "It counts on the day it arrives")
def test_a_date_that_can_t_be_read_is_none() -> None:
    assert read(mail(Date="soon")).sent_at is None


@odd("Any bytes whatever", UNBROKEN)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(raw: bytes) -> None:
    assert read_mail(raw).kind in MailKind


@odd("Any text from any sender", UNBROKEN)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_and_sender_are_answered(text: str, sender: str) -> None:
    raw = f"From: {sender}\r\nTo: a@b.example\r\n\r\n{text}".encode("utf-8", "surrogatepass")
    assert read_mail(raw).kind in MailKind


@odd("A time without a zone", "It is taken as UTC")
def test_naive_instants_are_utc() -> None:
    found = read(mail(Date="Mon, 23 Nov 2026 10:05:00 -0000"))
    assert found.sent_at == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


@odd("A text that is made to be slow to read", "The time it takes grows only with its length")
@pytest.mark.parametrize("sign", ["<style", "<", ">", "&", "<style>", "From: ", "a: b\n", "-" * 50 + ": x"])
def test_no_text_takes_more_than_its_length(sign: str) -> None:
    """What a stranger sends is read in linear time: eight times as much is not sixty times the work."""
    made = mail()
    made.set_content(sign * 40_000, subtype="html")
    counted = [0.0, 0.0]
    for number, raw in enumerate((bytes(made), bytes(made)[: len(bytes(made)) // 8])):
        began = process_time()
        read_mail(raw)
        counted[number] = process_time() - began
    assert counted[0] < 40 * max(counted[1], 0.005)


@odd("Four thousand senders", "No contact: nobody writes like that")
def test_a_head_is_read_up_to_a_length() -> None:
    assert read_mail(b"From: " + b"a@b.example," * 4000 + b"\r\n\r\nx").kind == MailKind.UNREADABLE


@odd("Millions of parts, lines or letters", "A bounded part of it is read")
def test_of_a_bomb_a_bounded_part_is_parsed() -> None:
    for bomb in (b"--a\r\n\r\n", b"\r\n", b"\r", b"X: y\r\n", b"A" * 76 + b"\r\n", b"a" * 990 + b"\r\n"):
        parsed = bounded(NESTED + bomb * (3_000_000 // len(bomb)))
        assert len(parsed) <= MAX_BYTES
        assert len(parsed.splitlines()) <= MAX_LINES
        assert parsed.count(b"\n--") <= MAX_BOUNDARIES


@odd("A forward below a large picture", FORWARDED)
def test_a_text_after_a_large_picture_is_found() -> None:
    made = mail("")
    made.clear_content()
    made.make_mixed()
    made.add_attachment(bytes(3_000_000), "image", "png")
    made.attach(mail(GMAIL))
    assert read(made).kind is MailKind.FORWARD


@odd("A forward of a mail to five thousand people", "No contact. An address longer than any real one is left out")
def test_a_forwarded_circular_is_one_too() -> None:
    crowd = ",\r\n ".join(f"p{number}@acme.example" for number in range(5_000))
    made = b"From: a@b.example\r\nTo: c@d.example\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nTo: "
    assert read_mail(made + crowd.encode() + b"\r\n\r\nhi").kind is MailKind.LIST
    one = "a" * MAX_ADDRESS_HEADER + "@acme.example.org"
    assert read_mail(made + f"{JANE}, {one[:-4]}, {one}\r\n\r\nhi".encode()).recipients == ("jane@acme.example",)


@odd("A report that five hundred addresses can't be reached", "At most fifty are noted")
def test_a_report_names_no_more_than_a_circular_has() -> None:
    block = b"Action: failed\r\nStatus: 5.0.0\r\nFinal-Recipient: rfc822;a%d@b.example\r\n\r\n"
    head = b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n'
    failed = read_mail(head + b"".join(block % number for number in range(500)) + b"--B--\r\n").failed
    assert 0 < len(failed) <= MAX_ADDRESSES


@pytest.mark.parametrize(
    "address",
    [
        case("An address with a zero byte", "It is left out", b"a\0@b.example"),
        case("An address with signs that steer a terminal", "It is left out", b"a\x1b[2J@b.example"),
    ],
)
def test_addresses_that_no_database_stores_are_none(address: bytes) -> None:
    facts = read_mail(b"From: jane@acme.example\r\nTo: " + address + b"\r\n\r\nhi")
    assert (facts.senders, facts.recipients) == (("jane@acme.example",), ())
