"""Read the text of one cell as a checked value. Every reader expects non-empty text."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bot.exporting.id_cells import parse_ids
from bot.forms.partner_fields import FIT_OPTIONS, MAX_NAME_LENGTH, MAX_TEXT_LENGTH
from bot.grammar.errors import UsageError, quote
from bot.grammar.member_ids import member_id
from bot.grammar.money import read_money
from bot.grammar.tokens import clean_text
from bot.importing.people import People
from scoring.motive import is_only_money
from storage.name_key import name_key

MAX_LINE_LENGTH = 500

_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?")  # spreadsheets often write 4 as 4.0
_NUMBER = re.compile(r"[0-9][0-9.,' ]*[0-9]|[0-9]")
_WITH_COMMA = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?"
)
_WITH_POINT = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
)
_MANGLED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")  # 1.23457E+11, where it was 123456789012
_PROTECTED = re.compile(r"^'(?=[0-9]+$)")
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_LINK = re.compile(r"(?<=\S)\s+\(https?://[^\s()]+\)$")  # Notion writes a page it refers to as: Acme Legal (https://…)
_FIT_LETTERS = re.compile(r"[a-c](?:[\s,;|/]*[a-c])*")


class CellError(Exception):
    """A cell that its column cannot hold. `short` is the reason without the cell's text."""

    def __init__(self, reason: str, short: str = "") -> None:
        super().__init__(reason)
        self.reason, self.short = reason, short


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What reading a value depends on besides its text. `decimals` belong to the currency.

    `day_first`: 3/4/2026 is 3 April. `decimal_comma`: 1.234,56 is above one thousand. Both are None if unknown.
    `serial_days`: 46054 in the column is a day as Excel stores it.
    """

    today: date
    currency: str
    decimals: int
    day_first: bool | None = None
    decimal_comma: bool | None = None
    people: People = field(default_factory=People)
    serial_days: bool = False


def parse_context(
    today: date,
    currency: str,
    *,
    day_first: bool | None = None,
    decimal_comma: bool | None = None,
    people: People | None = None,
) -> ParseContext:
    """Return the parse context of a workspace."""
    from babel.numbers import get_currency_precision  # slow to import, and needed by imports only

    decimals = get_currency_precision(currency)
    return ParseContext(today, currency, decimals, day_first, decimal_comma, people or People())


Reader = Callable[[str, ParseContext], Any]


def currency(text: str, about: ParseContext) -> str:
    """Accept the workspace's own currency only."""
    if text.upper() != about.currency:
        raise CellError(f"{quote(text)} is not {about.currency}, the workspace's currency", "another currency")
    return about.currency


def _normalize_amount(text: str, *, comma: bool) -> str:
    """Return the amount with a decimal point and no thousands separators. Raise `CellError`."""
    number = _NUMBER.search(text)
    if number is None:
        return text
    if not (_WITH_COMMA if comma else _WITH_POINT).fullmatch(number[0]):
        like = "1.234,56" if comma else "1,234.56"
        raise CellError(f"{quote(text)} is not an amount written like {like}", "not an amount in the file's format")
    thousands, point = (".", ",") if comma else (",", ".")
    plain = number[0].replace(thousands, "").replace(" ", "").replace(point, ".")
    if not plain.partition(".")[2].strip("0"):
        plain = plain.partition(".")[0]
    elif len(plain.partition(".")[2]) == 3:
        plain = plain.removesuffix("0")  # three digits may be thousands
    return text[: number.start()] + plain + text[number.end() :]


def money(text: str, about: ParseContext) -> int:
    """Read an amount in the workspace's currency as minor units."""
    if about.decimal_comma is not None:
        text = _normalize_amount(text, comma=about.decimal_comma)
    whole, point, decimals = text.partition(".")
    plain = text.isascii() and whole.isdigit() and len(whole) <= 9 and len(decimals) <= about.decimals
    if plain and (decimals.isdigit() or not point):
        return int(Decimal(text).scaleb(about.decimals))
    try:
        return read_money(text, about.currency)
    except UsageError as error:
        raise CellError(error.problem.rstrip("."), "not an amount that can be read") from None


def whole_number(low: int, high: int) -> Reader:
    """Return a reader of whole numbers."""

    def read(text: str, _about: ParseContext) -> int:
        match = _WHOLE.fullmatch(text)
        if match is None or not low <= int(match[1]) <= high:
            raise CellError(f"{quote(text)} is not a whole number from {low} to {high}")
        return int(match[1])

    return read


def choice(what: str, words: Mapping[str, str]) -> Reader:
    """Return a reader of one of these words. Case does not matter; spaces and hyphens count as underscores."""

    def read(text: str, _about: ParseContext) -> str:
        value = words.get("_".join(re.split(r"[\s_-]+", text.casefold())))
        if value is None:
            raise CellError(f"{quote(text)} is not a known {what}; use one of {', '.join(words)}")
        return value

    return read


def single_line(longest: int) -> Reader:
    """Return a reader of one line of text. Line breaks and runs of spaces become one space."""

    def read(text: str, _about: ParseContext) -> str:
        text = " ".join(text.split())
        if len(text) > longest:
            raise CellError(f"{quote(text)} is longer than {longest} characters", f"longer than {longest} characters")
        return text

    return read


def benefit_for_them(text: str, about: ParseContext) -> str:
    """Read what is in it for the partner. Payment alone is rejected, as in the form."""
    if is_only_money(text):
        raise CellError(
            f"{quote(text)} is only about pay, which is not a reason for them", "only pay as what is in it for them"
        )
    return multi_line(text, about)


def multi_line(text: str, _about: ParseContext) -> str:
    """Return a reader of text with line breaks."""
    if len(text) > MAX_TEXT_LENGTH:
        raise CellError(f"{quote(text)} is longer than {MAX_TEXT_LENGTH:,} characters", "a text that is too long")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def name(text: str, about: ParseContext) -> str:
    """Read a partner's name. Return an empty text if no character is visible."""
    for _ in range(2):  # exports of web pages write & as &amp;, some twice
        if _ENTITY.search(text):
            text = html.unescape(text)
    text = _LINK.sub("", text)
    line: str = single_line(MAX_NAME_LENGTH)(clean_text(text), about)
    return line if name_key(line) else ""


def names(text: str, about: ParseContext) -> tuple[str, ...]:
    """Read names separated by `|` or `;`."""
    parts = (name(part, about) for part in re.split(r"[|;]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def is_shortened(text: str) -> bool:
    """Return whether a spreadsheet has shortened an id: 1.23457E+11."""
    return bool(_MANGLED.fullmatch(text))


def external_id(text: str, about: ParseContext) -> str:
    """Read an id of another system. Reject one that a spreadsheet has rounded: others look the same."""
    if is_shortened(text):
        raise CellError(
            f"{quote(text)} is an id that a spreadsheet has shortened; "
            "format the column as text in the original file and save it again",
            "an id that a spreadsheet has shortened",
        )
    # An apostrophe keeps a spreadsheet from taking digits for a number.
    line: str = single_line(MAX_LINE_LENGTH)(_PROTECTED.sub("", text), about)
    return line


def other_ids(text: str, about: ParseContext) -> tuple[tuple[str | None, str], ...]:
    """Read ids of several systems, `hubspot:C-1 | salesforce:001`: each with its source, or None if it has none."""
    return tuple((source, external_id(id, about)) for source, id in parse_ids(text))


def fit(text: str, _about: ParseContext) -> str:
    """Read the kinds of fit: their letters, or one of their names."""
    letters = text.casefold()
    if _FIT_LETTERS.fullmatch(letters):
        return " ".join(sorted({letter for letter in letters if letter in "abc"}))
    found = [letter for label, letter in FIT_OPTIONS if name_key(label).startswith(name_key(text))]
    if len(found) != 1:
        raise CellError(f"{quote(text)} is not a kind of fit; use a, b or c", "not a kind of fit")
    return found[0]


def owner(text: str, about: ParseContext) -> str:
    """Read who tends a partner: a member id, @handle, mail address or name."""
    found = about.people.find(text)
    if len(found) > 1:
        raise CellError(f"{quote(text)} could be any of {len(found)} people", "an owner who could be several people")
    if not found:
        raise CellError(
            f"{quote(text)} is nobody whom Tend knows in this workspace; use their name or member ID in Slack",
            "an owner whom Tend does not know",
        )
    return found[0]


def person(text: str, about: ParseContext) -> str:
    """Read a user id, or the name of a person without one."""
    if known := member_id(text):
        return known
    person_name: str = single_line(MAX_NAME_LENGTH)(clean_text(text), about)
    return person_name
