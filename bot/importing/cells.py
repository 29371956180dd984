"""Read the text of one cell as a checked value. Every reader expects non-empty text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.forms.partner_fields import MAX_NAME_LENGTH, MAX_TEXT_LENGTH
from bot.grammar.days import FIRST_DAY, find_day, last_day
from bot.grammar.errors import UsageError, quote
from bot.grammar.money import read_money
from scoring.motive import is_only_money
from storage.name_key import name_key

MAX_LINE_LENGTH = 500

_TIME = re.compile(
    r"[T ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?")  # spreadsheets often write 4 as 4.0
_ORDERED = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_NUMBER = re.compile(r"[0-9][0-9.,' ]*[0-9]|[0-9]")
_WITH_COMMA = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?"
)
_WITH_POINT = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
)
_MEMBER = re.compile(r"(?:<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|([UW][A-Z0-9]+))")


class CellError(Exception):
    """A cell that its column cannot hold. `short` is the reason without the cell's text."""

    def __init__(self, reason: str, short: str = "") -> None:
        super().__init__(reason)
        self.reason, self.short = reason, short


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What reading a value depends on besides its text. `decimals` belong to the currency.

    `day_first`: 3/4/2026 is 3 April. `decimal_comma`: 1.234,56 is above one thousand. Both are None if unknown.
    """

    today: date
    last_day: date
    currency: str
    decimals: int
    day_first: bool | None = None
    decimal_comma: bool | None = None


def parse_context(
    today: date, currency: str, *, day_first: bool | None = None, decimal_comma: bool | None = None
) -> ParseContext:
    """Return the parse context of a workspace."""
    from babel.numbers import get_currency_precision  # slow to import, and needed by imports only

    return ParseContext(today, last_day(today), currency, get_currency_precision(currency), day_first, decimal_comma)


Reader = Callable[[str, ParseContext], Any]


def day(text: str, about: ParseContext) -> date:
    """Read an ISO day, or a day with a year that has only one reading. Drop any time of day."""
    short = "not a day that can be read"
    if (timed := _TIME.search(text)) and timed.end() == len(text):
        text = text[: timed.start()]
    if about.day_first is not None and (ordered := _ORDERED.fullmatch(text)):
        text = _to_iso_day(text, ordered, day_first=about.day_first)
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        try:
            spelt = find_day(text, about.today)
        except UsageError as error:
            raise CellError(error.problem.removeprefix("The day ").rstrip("."), short) from None
        if spelt is None:
            raise CellError(f"{quote(text)} is not a day", short) from None
        # "yesterday" would become another day, and so another row, each time the file is imported
        if not _YEAR.search(text) or "ago" in text.casefold():
            raise CellError(f"{quote(text)} has no year", "a day without its year") from None
        parsed = spelt
    if parsed < FIRST_DAY:
        raise CellError(f"{quote(text)} is before 1970", "a day before 1970")
    if parsed > about.last_day:
        raise CellError(f"{quote(text)} is more than two years ahead", "a day more than two years ahead")
    return parsed


def _to_iso_day(text: str, match: re.Match[str], *, day_first: bool) -> str:
    """Return the ISO day. Raise `CellError` for a month above 12: one file uses one day order."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    number, month = (first, second) if day_first else (second, first)
    order = "day/month/year" if day_first else "month/day/year"
    try:
        return date(int(year), month, number).isoformat()
    except ValueError:
        raise CellError(f"{quote(text)} is not a day as {order}", "not a day in the file's order") from None


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
    line: str = single_line(MAX_NAME_LENGTH)(text, about)
    return line if name_key(line) else ""


def names(text: str, about: ParseContext) -> tuple[str, ...]:
    """Read names separated by `|` or `;`."""
    parts = (name(part, about) for part in re.split(r"[|;]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def member(text: str, _about: ParseContext) -> str:
    """Read a user id, also from Slack's `<@U123|name>`."""
    match = _MEMBER.fullmatch(text)
    if match is None:
        raise CellError(f"{quote(text)} is not a member ID like U0123456789")
    return match[1] or match[2]


def person(text: str, about: ParseContext) -> str:
    """Read a user id, or the name of a person without one."""
    match = _MEMBER.fullmatch(text)
    if match:
        return match[1] or match[2]
    person_name: str = single_line(MAX_NAME_LENGTH)(text, about)
    return person_name
