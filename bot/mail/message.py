"""A mail's bytes → who wrote to whom, and when. Pure; nothing of what was said is returned.

The heads above forwarded messages are those of Gmail, Outlook and Apple Mail, in the languages of `_FROM`.
RFC 5322 (headers), RFC 3834 (automatic replies), RFC 3464 (reports of non-delivery).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from enum import StrEnum
from html import unescape
from itertools import islice

from bot.mail.bounds import BoundedPolicy, bounded

MAX_ADDRESSES = 50
"""A mail to more people is a circular."""
MAX_TEXT = 20_000
"""How much of the text is looked at for what was forwarded, in characters."""
MAX_PARTS = 100
MAX_HEAD = 32_000
"""The longest head that is read, in bytes. The parser needs a second for each 60,000 bytes of addresses."""


class MailKind(StrEnum):
    """What a mail is. Only `message` and `forward` are contact."""

    MESSAGE = "message"
    FORWARD = "forward"
    AUTOMATIC = "automatic"
    LIST = "list"
    INVITATION = "invitation"
    BOUNCE = "bounce"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What is taken from a mail. `key` tells it from others, and is the same however often it arrives.

    `senders` and `recipients` are addresses as written: of the mail that was forwarded, if it is a forward. `sent_at`
    is when that was sent, None if it can't be told. `failed` are the addresses that a report says can't be reached.
    """

    key: str
    kind: MailKind
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sent_at: datetime | None = None
    failed: tuple[str, ...] = ()

    @property
    def is_contact(self) -> bool:
        return self.kind in (MailKind.MESSAGE, MailKind.FORWARD)


def read_mail(raw: bytes) -> MailFacts:
    """Read a mail. One that is broken beyond reading is `unreadable`; nothing is raised."""
    try:
        return _read(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError):
        # The parser of the standard library takes nearly everything; what it does not, nobody meant.
        return MailFacts(_key_of("", raw), MailKind.UNREADABLE)


def _read(raw: bytes) -> MailFacts:
    if len(re.split(rb"\r?\n\r?\n", raw[: MAX_HEAD + 4], maxsplit=1)[0]) > MAX_HEAD:
        return MailFacts(_key_of("", raw), MailKind.UNREADABLE)
    mail = BytesParser(policy=BoundedPolicy(max_line_length=None)).parsebytes(bounded(raw))
    assert isinstance(mail, EmailMessage)
    key = _key_of(_header(mail, "Message-ID"), raw)
    if failed := tuple(islice(_failed_recipients(mail), MAX_ADDRESSES)):
        return MailFacts(key, MailKind.BOUNCE, failed=failed)
    if (kind := _automatic_kind(mail)) is not None:
        return MailFacts(key, kind)
    senders, recipients = _addresses(mail, "From"), _addresses(mail, "To", "Cc")
    if not senders and not recipients:
        return MailFacts(key, MailKind.UNREADABLE)
    forwarded = _attached(mail) or _quoted(mail)
    kind, head = MailKind.MESSAGE, (senders, recipients, _instant(_header(mail, "Date")))
    if forwarded is not None:
        kind, head = MailKind.FORWARD, forwarded
    if any(len(addresses) > MAX_ADDRESSES for addresses in (senders, recipients, head[0], head[1])):
        return MailFacts(key, MailKind.LIST)
    return MailFacts(key, kind, *head)


def _key_of(message_id: str, raw: bytes) -> str:
    """Hash the Message-ID, or the mail itself if it has none: nothing of it can be read from the key."""
    return hashlib.sha256(message_id.strip().encode("utf-8", "surrogateescape") or raw).hexdigest()


def _header(mail: Message, name: str) -> str:
    try:
        return str(mail.get(name) or "")
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):  # a header that its own grammar refuses
        return ""


def _addresses(mail: Message, *names: str) -> tuple[str, ...]:
    found = []
    for name in names:
        try:
            texts = [str(text) for text in mail.get_all(name, [])]
        except (ValueError, LookupError, TypeError, AttributeError, IndexError):
            continue
        found += _only_addresses(texts)
    return tuple(dict.fromkeys(found))


def _only_addresses(texts: list[str]) -> list[str]:
    """Return the addresses in texts, without those that no database could store."""
    return [address for _, address in getaddresses(texts) if "@" in address and address.isprintable()]


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# -- what no person wrote to a partner


def _automatic_kind(mail: EmailMessage) -> MailKind | None:
    if _header(mail, "List-Id") or _header(mail, "List-Unsubscribe"):
        return MailKind.LIST
    submitted = _header(mail, "Auto-Submitted").strip().casefold()
    precedence = _header(mail, "Precedence").strip().casefold()
    replies = any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    if (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "auto_reply", "list")
        or (replies and not _header(mail, "In-Reply-To"))
    ):
        return MailKind.LIST if precedence in ("bulk", "list") else MailKind.AUTOMATIC
    if any(part.get_content_type() == "text/calendar" for part in _parts(mail)):
        return MailKind.INVITATION
    return None


def _failed_recipients(mail: EmailMessage) -> Iterator[str]:
    """Yield the addresses of a report of non-delivery that failed for good."""
    if mail.get_content_type() != "multipart/report":
        return
    for part in _parts(mail):
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in islice(part.get_payload() if part.is_multipart() else (), MAX_ADDRESSES + 1):
            if not isinstance(block, Message):
                continue
            status, action = _header(block, "Status").strip(), _header(block, "Action").strip().casefold()
            if action == "failed" and not status.startswith("4"):
                recipient = _header(block, "Final-Recipient") or _header(block, "Original-Recipient")
                yield from _only_addresses([recipient.rpartition(";")[2].strip()])


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MAX_PARTS:
            return
        yield part


# -- what was forwarded

Forwarded = tuple[tuple[str, ...], tuple[str, ...], datetime | None]
_FROM = ("from", "von", "de", "da", "van", "från", "fra", "od", "od:")
_TO = ("to", "an", "à", "a", "para", "aan", "till", "til", "do")
_CC = ("cc", "kopie", "copie à", "copia", "kopia")
_DATE = ("date", "sent", "datum", "gesendet", "envoyé", "date d'envoi", "fecha", "enviado", "data", "inviato",
         "verzonden", "skickat", "sendt", "wysłano")  # fmt: skip
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "pl"]
_LINE = re.compile(r"^[>\s*_]*([^\W\d_][\w' -]{0,14}?)\s?\*?:\*?[ \t\xa0]+(\S.*)$")
_TAG = re.compile(r"<([^<>]*)>")
_MARK = re.compile(r"<mailto:[^>]*>")


def _attached(mail: EmailMessage) -> Forwarded | None:
    """Return the head of the first message that is attached as such."""
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            if isinstance(inner, Message):
                date = _instant(_header(inner, "Date"))
                return _addresses(inner, "From"), _addresses(inner, "To", "Cc"), date
    return None


def _quoted(mail: EmailMessage) -> Forwarded | None:
    """Return the first head that a program put above what it forwarded: at least two lines, one of them the sender."""
    lines = _text(mail).splitlines()
    for number, line in enumerate(lines):
        if _field(line)[0] in _FROM and (head := _head(lines[number : number + 8])):
            return head
    return None


def _head(lines: Iterable[str]) -> Forwarded | None:
    fields: dict[str, str] = {}
    for line in lines:
        name, value = _field(line)
        if name:
            fields.setdefault(name, value)
        elif not line.strip(" >") and len(fields) > 1:
            break
    senders = _written(fields, _FROM)
    if not senders or len(fields) < 2:
        return None
    date = next((fields[name] for name in _DATE if name in fields), "")
    return senders, _written(fields, _TO) + _written(fields, _CC), _read_day(date)


def _field(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    return (found[1].strip().casefold(), found[2].strip().strip("*")) if found else ("", "")


def _written(fields: dict[str, str], names: Iterable[str]) -> tuple[str, ...]:
    text = next((fields[name] for name in names if name in fields), "").replace(";", ",")
    return tuple(_only_addresses([_MARK.sub("", text)]))


def _read_day(text: str) -> datetime | None:
    """Read a date as a program writes it into a forward: `Mon, 23 Nov 2026 at 10:05`."""
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    if not text or len(text) > 80:
        return None
    if (instant := _instant(text)) is not None:
        return instant
    import dateparser  # type: ignore[import-untyped]  # slow to import

    strictly = {"STRICT_PARSING": True}
    found: datetime | None = dateparser.parse(text.replace(" at ", " "), languages=_LANGUAGES, settings=strictly)
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _text(mail: EmailMessage) -> str:
    """Return the beginning of the first text, of HTML without its marks."""
    for kind in ("text/plain", "text/html"):
        for part in _parts(mail):
            if part.get_content_type() == kind and not part.is_multipart():
                content = _decoded(part)
                text = content if kind == "text/plain" else _without_marks(content)
                if text.strip():
                    return text[:MAX_TEXT]
    return ""


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload[: 4 * MAX_TEXT] if isinstance(payload, bytes) else b""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("latin-1")


def _without_marks(html: str) -> str:
    """Return the text of HTML, with the line breaks that its marks make. In linear time, whatever is in it."""
    shown, hidden = [], ""
    for number, piece in enumerate(_TAG.split(html)):
        if number % 2 == 0:
            shown.append("" if hidden else " ".join(piece.split()) + " ")
            continue
        name = piece.split(None, 1)[0].casefold() if piece.strip() else ""
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in ("style", "script"):
            hidden = name
        elif name.rstrip("/") in ("br", "hr") or name in ("/p", "/div", "/tr", "/li"):
            shown.append("\n")
    return unescape("".join(shown))
