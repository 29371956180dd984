"""Parse a day. Few formats are accepted, since a wrong guess becomes a wrong record.

dateparser would read "5" as a day in May and 02/11/2026 as 11 February. So it is only used for relative phrases ("3
days ago", "last month"), which it reads correctly.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.grammar.errors import UsageError, quote
from bot.grammar.tokens import clean_text

DAY_FORM = "yesterday, last friday, 2 Nov, 2026-11-02"
FIRST_DAY = date(1970, 1, 1)
YEARS_AHEAD = 2
_MAX_LENGTH = 60  # characters; no real day is longer

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = {short: at for at, name in enumerate(WEEKDAY_NAMES) for short in (name, name[:3])}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
MONTHS = {short: at for at, name in enumerate(MONTH_NAMES, 1) for short in (name, name[:3])}
MONTHS |= {"sept": 9}
NAMED_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1, "day before yesterday": -2, "day after tomorrow": 2}

_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{2}|[0-9]{4}))?")
_BARE_NUMBER = re.compile(r"[0-9]+(?:st|nd|rd|th)?")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SHORT_YEAR = re.compile(r"'?[0-9]{2}")
COUNT_PATTERN = r"(?:[0-9]{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_UNIT = r"(?:day|week|month|year)s?"
_RELATIVE_DAY = re.compile(rf"{COUNT_PATTERN} {_UNIT} ago|in {COUNT_PATTERN} {_UNIT}|(?:last|next) (?:week|month)")
# 2-Nov-2026 and 2Nov become 2 Nov 2026 and 2 Nov; an ordinal (2nd) stays one word.
_DIGIT_LETTER_BOUNDARY = re.compile(r"(?<=[0-9])[-/.]?(?=[a-z]{3})|(?<=[a-z]{3})[-/.](?=[0-9])")


def read_day(text: str, today: date, *, prefer_past: bool = True) -> date:
    """Return the day in a text. Raise UsageError if there is none, or if it is ambiguous.

    A day without a year and a bare weekday mean the nearest day on or before `today`, or on or after it with
    `prefer_past=False`. Days before 1970 and more than two years ahead are rejected.
    """
    text = clean_text(text)
    day = find_day(text, today, prefer_past=prefer_past)
    if day is None:
        raise unreadable_day_error(text)
    return day


def find_day(text: str, today: date, *, prefer_past: bool = True) -> date | None:
    """Return the day in a text, or None if it does not have the form of a day. Raise UsageError for 31 February."""
    if len(text) > _MAX_LENGTH:
        return None
    words = _words(text)
    day = (
        _read_named(words, today)
        or _read_weekday(words, today, prefer_past)
        or _read_numeric(words, text)
        or _read_month_day(words, text, today, prefer_past)
        or _read_relative(words, text, today)
    )
    if day is not None and not is_in_reach(day, today):
        raise _day_error(text, f"is out of reach: days go from 1970 to {YEARS_AHEAD} years ahead")
    return day


def last_day(today: date) -> date:
    """Return the farthest day that can be read: two years ahead."""
    return _add_years(today, YEARS_AHEAD)


def is_in_reach(day: date, today: date) -> bool:
    """Return whether a day is between 1970 and two years ahead."""
    return FIRST_DAY <= day <= last_day(today)


def unreadable_day_error(text: str) -> UsageError:
    """Return the error for a text that should have been a day."""
    if not text:
        return UsageError(text, f"There is no day here; days look like {DAY_FORM}.")
    return UsageError(text, f"I could not read the day {quote(text)}; days look like {DAY_FORM}.")


def _day_error(text: str, why: str) -> UsageError:
    return UsageError(text, f"The day {quote(text)} {why}.")


def _words(text: str) -> list[str]:
    """Return the words in lower case, without commas, full stops and "the"."""
    words = _DIGIT_LETTER_BOUNDARY.sub(" ", text.casefold().replace(",", " ")).split()
    words = [word.rstrip(".") or word for word in words]
    return words[1:] if words[:1] == ["the"] else words


def _read_named(words: list[str], today: date) -> date | None:
    """Read today, yesterday, the day after tomorrow."""
    offset = NAMED_DAYS.get(" ".join(words))
    return None if offset is None else today + timedelta(days=offset)


def _read_weekday(words: list[str], today: date, prefer_past: bool) -> date | None:
    """Read friday, last friday, this friday (in the week from Monday) and next friday (the first after today)."""
    if not words or len(words) > 2 or words[-1] not in WEEKDAYS:
        return None
    ahead = (WEEKDAYS[words[-1]] - today.weekday()) % 7  # 0 … 6
    match words[:-1]:
        case []:
            days = ahead - 7 if prefer_past and ahead else ahead
        case ["last"]:
            days = ahead - 7
        case ["next"]:
            days = ahead or 7
        case ["this"]:
            days = WEEKDAYS[words[-1]] - today.weekday()
        case _:
            return None
    return today + timedelta(days=days)


def _read_numeric(words: list[str], text: str) -> date | None:
    """Read 2026-11-02 and 25/12/2026. Raise UsageError with both readings if it is ambiguous."""
    if len(words) != 1:
        return None
    if iso := _ISO.fullmatch(words[0]):
        return _make_date(text, int(iso[1]), int(iso[3]), int(iso[4]))
    if _BARE_NUMBER.fullmatch(words[0]):
        raise _day_error(text, "needs a month, as in 2 Nov or 2026-11-02")
    match = _NUMERIC.fullmatch(words[0])
    if match is None:
        return None
    if match[4] is None or len(match[4]) == 2:
        raise _day_error(text, "needs a year of four digits, as in 2026-11-02, or a month in letters, as in 2 Nov")
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if 0 < first <= 12 and 0 < second <= 12 and first != second and year > 0:
        day_first, month_first = date(year, second, first), date(year, first, second)
        readings = f"{first} {_month_name(second)} ({day_first}) or {second} {_month_name(first)} ({month_first})"
        raise _day_error(text, f"could be {readings}; please write it as in the brackets")
    return _make_date(text, year, first, second) if second > 12 else _make_date(text, year, second, first)


def _read_month_day(words: list[str], text: str, today: date, prefer_past: bool) -> date | None:
    """Read 2 Nov, Nov 2, 2nd of November 2025, Mon 2 Nov. Raise UsageError for a bare month."""
    weekday = WEEKDAYS.get(words[0]) if len(words) > 1 else None
    words = [word for word in (words if weekday is None else words[1:]) if word != "of"]
    months = [word for word in words[:2] if word in MONTHS]
    if len(months) != 1 or len(words) > 3:
        return None
    month = MONTHS[months[0]]
    others = [word for word in words if word != months[0]]
    if not others or (len(others) == 1 and _YEAR.fullmatch(others[0])):
        raise _day_error(text, f"needs a day of the month, as in 2 {_month_name(month)[:3]}")
    number = _DAY_OF_MONTH.fullmatch(others[0])
    if number is None:
        return None
    if len(others) == 1:
        day = _nearest_year(text, month, int(number[1]), today, prefer_past)
    elif _SHORT_YEAR.fullmatch(others[1]):
        raise _day_error(text, "needs a year of four digits, or none")
    elif _YEAR.fullmatch(others[1]):
        day = _make_date(text, int(others[1]), month, int(number[1]))
    else:
        return None
    if weekday not in (None, day.weekday()):
        raise _day_error(text, f"does not exist: {day.isoformat()} is a {WEEKDAY_NAMES[day.weekday()].title()}")
    return day


def _nearest_year(text: str, month: int, number: int, today: date, prefer_past: bool) -> date:
    """Return the day in the nearest year on the preferred side. 29 February may be years away."""
    for year in _years(today, prefer_past):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if (day <= today) if prefer_past else (day >= today):
            return day
    raise _day_error(text, "does not exist")


def _years(today: date, prefer_past: bool) -> Iterator[int]:
    # Eight years contain a 29 February even around 1900 and 2100.
    return iter(range(today.year, today.year - 9, -1) if prefer_past else range(today.year, today.year + 9))


def _read_relative(words: list[str], text: str, today: date) -> date | None:
    """Read 3 days ago, in two weeks, last month."""
    phrase = " ".join(words)
    if not _RELATIVE_DAY.fullmatch(phrase):
        return None
    # Imported here because it takes a tenth of a second. It has no types.
    import dateparser  # type: ignore[import-untyped]

    # Noon and UTC, so that neither the local time zone nor rounding at midnight moves the day.
    base = datetime.combine(today, time(12))
    settings = {"RELATIVE_BASE": base, "TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": False}
    parsed: datetime | None = dateparser.parse(phrase, languages=["en"], settings=settings)
    if parsed is None:
        raise _day_error(text, "is too far away")
    return parsed.date()


def _make_date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _day_error(text, "does not exist") from None


def _month_name(month: int) -> str:
    return MONTH_NAMES[month - 1].title()


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
