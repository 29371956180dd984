"""Days of the calendar: `3 march`, `the 25th`, `tuesday 5th`, `2026-11-02`, `14/8`."""

import re
from dataclasses import replace
from datetime import date

from bot.grammar.lines.day_names import MONTHS, NUMBER, ORDINAL, WEEKDAYS, DayPhrase, calendar_day, fixed, moved
from bot.grammar.lines.day_periods import month_alone, year_at
from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet

_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2}))?")
_SEVERAL_DAYS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/][0-9]{1,2}(?:st|nd|rd|th)?")
_GLUED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/.]?([a-z]{3,9})(?:[-/.]?([0-9]{4}|[0-9]{2}))?")
_GLUED_BACK = re.compile(r"([a-z]{3,9})[-/.]?([0-9]{1,2})(?:st|nd|rd|th)?")
_IDIOMS = frozenset(("24/7", "50/50"))
_FRACTIONS = words("1/2 1/4 3/4 2/3 1/3 9/11 4/5 3/5 2/5 1/5 5/5")


def in_month(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """3 march, the 3rd of march, march 3rd, tuesday 3 march, 3mar; the 25th; in october."""
    place = at
    weekday = WEEKDAYS.get(sheet.key(place))
    if weekday is not None:
        place = sheet.after(place + 1)
    start = place
    if sheet.key(place) == "the":
        place += 1
    number, month, last = _number_and_month(sheet, place)
    if number and month:
        year, last = year_at(sheet, last)
        return _dated(at, last, number, month, year, today)
    ordinal = ORDINAL.fullmatch(sheet.key(place))
    led = sheet.key(place - 1) == "on" or sheet.says(place - 2, "on", "the")
    if ordinal is None and led and NUMBER.fullmatch(sheet.key(place)) and sheet.after(place + 1) == len(sheet):
        ordinal = re.match(r"([0-9]+)", sheet.key(place))
    if ordinal and 1 <= int(ordinal[1]) <= 31 and not month:
        return _day_of_month(sheet, at, place + 1, int(ordinal[1]), today, is_sure=weekday is not None or place > start)
    return None if weekday is not None else month_alone(sheet, at, today)


def _number_and_month(sheet: Sheet, place: int) -> tuple[int, int, int]:
    """The day, the month, and where they end; zeros for what is not there."""
    key = sheet.key(place)
    number = int(match[1]) if (match := ORDINAL.fullmatch(key)) else int(key) if NUMBER.fullmatch(key) else 0
    if not number and (several := _SEVERAL_DAYS.fullmatch(key)) and sheet.key(place + 1) in MONTHS:
        return int(several[1]), MONTHS[sheet.key(place + 1)], place + 2
    if number:
        of = place + 2 if sheet.key(place + 1) == "of" else place + 1
        month = MONTHS.get(sheet.key(of), 0)
        return number, month, of + 1
    if key in MONTHS:
        place += sheet.key(place + 1) == "."
        behind = sheet.key(place + 1)
        behind = sheet.key(place + 2) if behind == "the" else behind
        length = 3 if sheet.key(place + 1) == "the" else 2
        match = ORDINAL.fullmatch(behind)
        day = int(match[1]) if match else int(behind) if NUMBER.fullmatch(behind) else 0
        return day, MONTHS[key], place + length
    if (match := _GLUED.fullmatch(key)) and match[2] in MONTHS and not match[3]:
        return int(match[1]), MONTHS[match[2]], place + 1
    if (match := _GLUED_BACK.fullmatch(key)) and match[1] in MONTHS:
        return int(match[2]), MONTHS[match[1]], place + 1
    return 0, 0, place


def _dated(first: int, last: int, number: int, month: int, year: int, today: date) -> DayPhrase:
    if year:
        return fixed(first, last, calendar_day(year, month, number), is_date=True)
    past = next(
        (
            day
            for each in range(today.year, today.year - 9, -1)
            if (day := calendar_day(each, month, number)) and day <= today
        ),
        None,
    )
    coming = next(
        (
            day
            for each in range(today.year, today.year + 9)
            if (day := calendar_day(each, month, number)) and day >= today
        ),
        None,
    )
    return DayPhrase(first, last, past, coming, is_date=True)


def _day_of_month(sheet: Sheet, first: int, last: int, number: int, today: date, *, is_sure: bool) -> DayPhrase:
    """the 25th, 25th of last month."""
    if sheet.says(last, "of", "the", "month"):
        return fixed(first, last + 3, calendar_day(today.year, today.month, number), is_date=True)
    if sheet.key(last) == "of" and sheet.key(last + 1) in ("last", "this", "next") and sheet.key(last + 2) == "month":
        begin = moved(today.replace(day=1), {"last": -1, "this": 0, "next": 1}[sheet.key(last + 1)], "month") or today
        return fixed(first, last + 3, calendar_day(begin.year, begin.month, number), is_date=True)
    months = [moved(today.replace(day=1), many, "month") for many in range(-3, 4)]
    days = [day for month in months if month and (day := calendar_day(month.year, month.month, number))]
    past, coming = [day for day in days if day <= today], [day for day in days if day >= today]
    return DayPhrase(first, last, past[-1] if past else None, coming[0] if coming else None, is_date=True, is_weak=True)


def numeric(sheet: Sheet, at: int, today: date, day_first: bool) -> DayPhrase | None:
    """2026-11-02, 03/04/2026, 14/8 by the workspace's order."""
    start = at
    if sheet.key(at) in WEEKDAYS:
        start = sheet.after(at + 1)
    key = sheet.key(start)
    if iso := _ISO.fullmatch(key):
        return fixed(at, start + 1, calendar_day(int(iso[1]), int(iso[3]), int(iso[4])), is_date=True)
    if (match := _GLUED.fullmatch(key)) and match[2] in MONTHS and match[3]:
        return fixed(at, start + 1, calendar_day(_full_year(match[3]), MONTHS[match[2]], int(match[1])), is_date=True)
    found = _NUMERIC.fullmatch(key)
    ends = found is not None and found[2] == "." and sheet.key(start + 1) == "."  # 18.11.
    if found is None or (found[4] is None and found[2] != "/" and not ends) or key in _IDIOMS:
        return None
    number, month = (int(found[1]), int(found[3])) if day_first else (int(found[3]), int(found[1]))
    if month > 12 >= number:
        number, month = month, number
    if found[4]:
        return fixed(at, start + 1, calendar_day(_full_year(found[4]), month, number), is_date=True)
    phrase = _dated(at, start + 1, number, month, 0, today)
    is_part = key in _FRACTIONS and sheet.key(start - 1) != "on"
    return replace(phrase, is_weak=True) if is_part else phrase


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
