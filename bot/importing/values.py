"""The text of one cell → a checked value. Each reader takes text that is not empty."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.grammar.days import FIRST_DAY, find_day
from bot.grammar.errors import UsageError, shown
from bot.grammar.money import read_money
from bot.partner_fields import LONGEST_NAME, LONGEST_TEXT
from scoring.wiifm import is_only_money
from storage.names import name_key

LINE_LENGTH = 500

_TIME = re.compile(
    r"[T ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?")  # spreadsheets like to write 4 as 4.0
_MEMBER = re.compile(r"(?:<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|([UW][A-Z0-9]+))")


class Unreadable(Exception):
    """A cell's text is not what its column holds. `short` is the reason without that text."""

    def __init__(self, reason: str, short: str = "") -> None:
        super().__init__(reason)
        self.reason, self.short = reason, short


@dataclass(frozen=True, slots=True)
class Around:
    """What a value's reading depends on besides its text. `decimals` are those of the currency."""

    today: date
    last_day: date
    currency: str
    decimals: int


def around(today: date, currency: str) -> Around:
    """What readers need to know of the workspace."""
    from babel.numbers import get_currency_precision  # takes a while to import: only imports wait for it

    try:
        last_day = today.replace(year=today.year + 2)
    except ValueError:  # 29 February
        last_day = date(today.year + 2, 2, 28)
    return Around(today, last_day, currency, get_currency_precision(currency))


Reader = Callable[[str, Around], Any]


def day(text: str, about: Around) -> date:
    """An ISO day, or one that can be read in only one way, with its year; a time of day is left off."""
    short = "not a day that can be read"
    if (timed := _TIME.search(text)) and timed.end() == len(text):
        text = text[: timed.start()]
    try:
        found = date.fromisoformat(text)
    except ValueError:
        try:
            spelt = find_day(text, about.today)
        except UsageError as error:
            raise Unreadable(error.problem.removeprefix("The day ").rstrip("."), short) from None
        if spelt is None:
            raise Unreadable(f"{shown(text)} is no day", short) from None
        # "yesterday" would be another day, and so another row, at each import of the same file.
        if not _YEAR.search(text) or "ago" in text.casefold():
            raise Unreadable(f"{shown(text)} has no year", "a day without its year") from None
        found = spelt
    if found < FIRST_DAY:
        raise Unreadable(f"{shown(text)} is before 1970", "a day before 1970")
    if found > about.last_day:
        raise Unreadable(f"{shown(text)} is more than two years ahead", "a day more than two years ahead")
    return found


def money(text: str, about: Around) -> int:
    """An amount in the workspace's currency, in minor units."""
    whole, point, decimals = text.partition(".")
    plain = text.isascii() and whole.isdigit() and len(whole) <= 9 and len(decimals) <= about.decimals
    if plain and (decimals.isdigit() or not point):
        return int(Decimal(text).scaleb(about.decimals))
    try:
        return read_money(text, about.currency)
    except UsageError as error:
        raise Unreadable(error.problem.rstrip("."), "not an amount that can be read") from None


def whole(low: int, high: int) -> Reader:
    """A reader of whole numbers."""

    def read(text: str, _about: Around) -> int:
        found = _WHOLE.fullmatch(text)
        if found is None or not low <= int(found[1]) <= high:
            raise Unreadable(f"{shown(text)} is no whole number from {low} to {high}")
        return int(found[1])

    return read


def word(what: str, words: Mapping[str, str]) -> Reader:
    """A reader of one of these words, in any case and with spaces or hyphens for underscores."""

    def read(text: str, _about: Around) -> str:
        found = words.get("_".join(re.split(r"[\s_-]+", text.casefold())))
        if found is None:
            raise Unreadable(f"{shown(text)} is no {what}; it is one of {', '.join(words)}")
        return found

    return read


def line(longest: int) -> Reader:
    """A reader of text on one line: line breaks and runs of spaces become one space."""

    def read(text: str, _about: Around) -> str:
        text = " ".join(text.split())
        if len(text) > longest:
            raise Unreadable(f"{shown(text)} is longer than {longest} characters", f"longer than {longest} characters")
        return text

    return read


def reason_for_them(text: str, about: Around) -> str:
    """What is in it for them: anything but pay alone, as in the form."""
    if is_only_money(text):
        raise Unreadable(
            f"{shown(text)} is pay alone, which is no reason for them", "pay alone as what is in it for them"
        )
    return lines(text, about)


def lines(text: str, _about: Around) -> str:
    """Text that may have several lines."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"{shown(text)} is longer than {LONGEST_TEXT:,} characters", "a text that is too long")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def name(text: str, about: Around) -> str:
    """A partner's name; empty for one without a visible character."""
    found: str = line(LONGEST_NAME)(text, about)
    return found if name_key(found) else ""


def names(text: str, about: Around) -> tuple[str, ...]:
    """Names between `|` or `;`."""
    found = (name(part, about) for part in re.split(r"[|;]", text))
    return tuple(dict.fromkeys(part for part in found if part))


def member(text: str, _about: Around) -> str:
    """A user id, also out of Slack's `<@U123|name>`."""
    found = _MEMBER.fullmatch(text)
    if found is None:
        raise Unreadable(f"{shown(text)} is no member's id, which looks like U0123456789")
    return found[1] or found[2]


def person(text: str, about: Around) -> str:
    """A user id, or the name of someone who has none here."""
    found = _MEMBER.fullmatch(text)
    if found:
        return found[1] or found[2]
    named: str = line(LONGEST_NAME)(text, about)
    return named
