"""Where a clause or a sentence begins and ends, and the days within it."""

from bisect import bisect_left
from collections.abc import Sequence

from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet

CLAUSE_MARKS = words(", ; . - – — ! ( : -- / >> > → -> => »")
_MAX_LENGTH = 120  # words of a sentence
_ENDS = frozenset((".", ";", "!"))


def begins_clause(sheet: Sheet, at: int) -> bool:
    before = sheet.key(at - 1)
    return (
        at == 0
        or before in CLAUSE_MARKS
        or before in ("and", "then", "&", "so")
        or sheet.begins_line(at)
        or bool(sheet.uses[at - 1])
    )


def has_due(sheet: Sheet, start: int, days: Sequence[DayPhrase]) -> bool:
    """Whether `by DAY` stands in the same sentence."""
    end = end_of_sentence(sheet, start, len(sheet))
    return any(
        start < day.first < end and sheet.key(day.first - 1) in ("by", "before") for day in between(days, start, end)
    ) or any(sheet.key(at) == "by" and is_hour(sheet.key(at + 1)) for at in range(start, end))


def between(days: Sequence[DayPhrase], start: int, end: int) -> Sequence[DayPhrase]:
    """The phrases that begin between two places."""
    return days[bisect_left(days, start, key=lambda day: day.first) : bisect_left(days, end, key=lambda day: day.first)]


def is_hour(key: str) -> bool:
    return (key[:1].isdigit() and key.lstrip("0123456789:.") in ("am", "pm")) or key in (
        "noon",
        "midday",
        "lunch",
        "lunchtime",
    )


def end_of_sentence(sheet: Sheet, at: int, limit: int) -> int:
    start, limit = at, min(limit, at + _MAX_LENGTH)
    while at < limit:
        if at > start and (sheet.begins_line(at) or sheet.uses[at] == "promise" or _ends(sheet, at)):
            return at
        at += 1
    return limit


def _ends(sheet: Sheet, at: int) -> bool:
    """Whether a sentence ends with a mark; the point of `Ltd.` does not matter here."""
    word = sheet.words[at]
    return word.is_mark and word.text in _ENDS
