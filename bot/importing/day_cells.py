"""Read the text of a cell as a day, or as the first day of a month or a year."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from bot.formatting import format_day
from bot.grammar.days import MONTHS, find_day, is_in_reach
from bot.grammar.errors import UsageError, quote
from bot.importing.cells import CellError, ParseContext

_TIME = re.compile(
    r"[T ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_ORDERED = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_SERIAL = re.compile(r"[2-6][0-9]{4}(?:[.,][0-9]+)?")
_SERIAL_BEGIN = date(1899, 12, 30)  # the day 0 of a spreadsheet

_ONLY_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:[.,]0+)?")
_YEAR_MONTH = re.compile(r"((?:19|20)[0-9]{2})[-/. ]([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/. ]((?:19|20)[0-9]{2})")
_NAMED_MONTH = re.compile(r"([^\W\d_]+)[.,]?[-/. ]*'?((?:19|20)?[0-9]{2})")
_QUARTER = re.compile(r"[qQ]([1-4])[-/ ]*((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})[-/ ]*[qQ]([1-4])")


def day(text: str, about: ParseContext) -> date:
    """Read an ISO day, or a day with a year that has only one reading. Drop any time of day."""
    short = "not a day that can be read"
    if (timed := _TIME.search(text)) and timed.end() == len(text):
        text = text[: timed.start()]
    if is_serial(text):
        meant = serial_day(text)
        if about.serial_days:
            return _in_reach(text, meant, about)
        raise CellError(
            f"{quote(text)} is how a spreadsheet counts a day, probably {format_day(meant)}; "
            "format the column as a date and save the file again",
            "a day as a spreadsheet counts it",
        )
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
    return _in_reach(text, parsed, about)


def is_serial(text: str) -> bool:
    """Return whether a text may be a day as a spreadsheet counts it: 46054."""
    return _SERIAL.fullmatch(text) is not None


def serial_day(text: str) -> date:
    """Return the day of such a text, counted from 1900 as Excel does unless a workbook is set to 1904."""
    return _SERIAL_BEGIN + timedelta(days=int(text[:5]))


def are_serial_days(texts: Collection[str], about: ParseContext) -> bool:
    """Return whether the numbers in a column are days: each within reach, and most of its other cells days too."""
    serials = [text for text in texts if is_serial(text)]
    others = [text for text in texts if not is_serial(text)]
    return (
        bool(serials)
        and _read_well(serials, replace(about, serial_days=True)) == len(serials)
        and (2 * _read_well(others, about) >= len(others))
    )


def _read_well(texts: Collection[str], about: ParseContext) -> int:
    read = 0
    for text in texts:
        try:
            start(text, about)
            read += 1
        except CellError:
            continue
    return read


def start(text: str, about: ParseContext) -> date:
    """Read a day, or a month, a quarter or a year as its first day."""
    first = _first_day(text)
    return day(text, about) if first is None else _in_reach(text, first, about)


def names_months(text: str) -> bool:
    """Return whether a text names a month, a quarter or a year, and no day of it."""
    return _first_day(text) is not None


def _in_reach(text: str, parsed: date, about: ParseContext) -> date:
    if is_in_reach(parsed, about.today):
        return parsed
    how = "before 1970" if parsed < about.today else "more than two years ahead"
    raise CellError(f"{quote(text)} is {how}", f"a day {how}")


def _first_day(text: str) -> date | None:
    year, month = 0, 1
    if match := _ONLY_YEAR.fullmatch(text):
        year = int(match[1])
    elif match := _YEAR_MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
    elif match := _MONTH_YEAR.fullmatch(text):
        year, month = int(match[2]), int(match[1])
    elif match := _QUARTER.fullmatch(text):
        year, month = int(match[2] or match[3]), 3 * int(match[1] or match[4]) - 2
    elif (match := _NAMED_MONTH.fullmatch(text)) and (month := MONTHS.get(match[1].casefold(), 0)):
        short = int(match[2])  # a spreadsheet makes Jan-24 of January 2024
        year = short if short > 99 else short + (2000 if short < 70 else 1900)
    return date(year, month, 1) if year and 1 <= month <= 12 else None


def _to_iso_day(text: str, match: re.Match[str], *, day_first: bool) -> str:
    """Return the ISO day. Raise `CellError` for a month above 12: one file uses one day order."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    number, month = (first, second) if day_first else (second, first)
    order = "day/month/year" if day_first else "month/day/year"
    try:
        return date(int(year), month, number).isoformat()
    except ValueError:
        raise CellError(f"{quote(text)} is not a day as {order}", "not a day in the file's order") from None
