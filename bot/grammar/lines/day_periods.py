"""Stretches of time: `3 days ago`, `last week`, `end of the month`, `in october`."""

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.grammar.lines.day_names import EDGES, MONTHS, NUMBER, NUMBERS, UNITS, YEAR, DayPhrase, fixed, moved
from bot.grammar.lines.words import Sheet

_GLUED_STRETCH = re.compile(r"([0-9]{1,3})(d|days?|w|wks?|weeks?|mths?|months?|h|hrs?)")
_SHORT_ENDS = {"eow": "week", "eom": "month", "eod": "day", "cob": "day", "eoy": "year"}


def _count(sheet: Sheet, at: int) -> tuple[int, int, bool] | None:
    """How many, behind how many words, and whether that is vague: 3, two, a couple of, a few."""
    key = sheet.key(at)
    if key.isdigit() and len(key) <= 4:
        return int(key), 1, False
    skip = 1 if key == "a" else 0
    if sheet.key(at + skip) in ("couple", "few"):
        many = 2 if sheet.key(at + skip) == "couple" else 3
        of = 1 if sheet.key(at + skip + 1) == "of" else 0
        return many, skip + 1 + of, True
    if key == "half" and sheet.key(at + 1) in ("an", "a"):
        return 0, 2, False
    return (NUMBERS[key], 1, False) if key in NUMBERS else None


def stretch(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """3 days ago, about a week ago, a couple of weeks ago, in two weeks."""
    key = sheet.key(at)
    if (glued := _GLUED_STRETCH.fullmatch(key)) and sheet.key(at + 1) in ("ago", "back"):
        unit = {"d": "day", "w": "week", "m": "month", "h": "hour"}[glued[2][0]]
        return fixed(at, at + 2, moved(today, -int(glued[1]), unit))
    about = 1 if key in ("about", "around", "over", "just") else 0
    ahead = 1 if key in ("in", "within") else 0
    counted = _count(sheet, at + about + ahead)
    if counted is None:
        return None
    many, length, is_vague = counted
    place = at + about + ahead + length
    unit = UNITS.get(sheet.key(place), "")
    if not unit:
        return None
    is_ago = sheet.key(place + 1) in ("ago", "back", "earlier")
    if not ahead and not is_ago:
        if sheet.says(place + 1, "from", "now") or sheet.says(place + 1, "from", "today"):
            return fixed(at, place + 3, moved(today, many, unit), is_vague=is_vague)
        return None
    if ahead and is_ago:
        return None
    day = moved(today, many if ahead else -many, unit)
    if unit == "hour" and ahead:
        return None
    return fixed(at, place + (1 if ahead else 2), day, is_vague=is_vague or bool(about) or unit in ("month", "year"))


def period(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """last week, next month, earlier this week, end of the month, eow, the week before last, last weekend."""
    key = sheet.key(at)
    if key in _SHORT_ENDS:
        return fixed(at, at + 1, _end_of(_SHORT_ENDS[key], today))
    if sheet.says(at, "close", "of", "business") or sheet.says(at, "close", "of", "play"):
        return fixed(at, at + 3, today)
    if key in ("month", "week", "year") and sheet.key(at + 1) == "end":
        return fixed(at, at + 2, _end_of(key, today))
    monday = today - timedelta(today.weekday())
    skip = 1 if key == "the" else 0
    if sheet.says(at + skip, "week", "before", "last"):
        return fixed(at, at + skip + 3, monday + timedelta(-12), is_vague=True)
    if sheet.says(at + skip, "week", "after", "next"):
        return fixed(at, at + skip + 3, monday + timedelta(16), is_vague=True)
    if weekend := _weekend(sheet, at, today):
        return weekend
    edge = EDGES.get(sheet.key(at + skip), "")
    place = at + skip + bool(edge)
    if edge and sheet.key(place) == "of":
        place += 1
    if edge and sheet.key(place) == "the":
        place += 1
    if sheet.key(at) == "earlier":
        edge, place = "earlier", at + 1
    which = sheet.key(place)
    if edge and which in ("week", "month", "day", "year") and edge == "end":
        return fixed(at, place + 1, _end_of(which, today))
    if which not in ("last", "this", "next"):
        return None
    unit = {"wk": "week", "mth": "month", "yr": "year"}.get(sheet.key(place + 1), sheet.key(place + 1))
    if unit not in ("week", "month", "year") or (which == "this" and not edge and unit == "year"):
        return None
    return _within(at, place + 2, which, unit, edge, today)


def _weekend(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    key = sheet.key(at)
    saturday = today - timedelta((today.weekday() - 5) % 7)
    if key in ("at", "over") and sheet.key(at + 1) in ("the", "this") and sheet.key(at + 2) == "weekend":
        return DayPhrase(at, at + 3, saturday, saturday + timedelta(7), is_vague=True)
    if key in ("last", "this", "next") and sheet.key(at + 1) == "weekend":
        day = saturday if key == "last" and today.weekday() < 5 else saturday - timedelta(7)
        return fixed(at, at + 2, day if key == "last" else saturday + timedelta(7), is_vague=True)
    return None


def _within(first: int, last: int, which: str, unit: str, edge: str, today: date) -> DayPhrase:
    """A day in last, this or next week or month: its middle, or its first or last part."""
    if unit == "year":
        begin = date(today.year + {"last": -1, "this": 0, "next": 1}[which], 1, 1)
        end, middle, late = begin.replace(month=12, day=31), begin.replace(month=7), begin.replace(month=12)
    elif unit == "week":
        begin = today - timedelta(today.weekday()) + timedelta({"last": -7, "this": 0, "next": 7}[which])
        end = begin + timedelta(6)
        middle, late = begin + timedelta(2), begin + timedelta(4)
    else:
        begin = moved(today.replace(day=1), {"last": -1, "this": 0, "next": 1}[which], "month") or today
        end = begin.replace(day=monthrange(begin.year, begin.month)[1])
        middle, late = begin.replace(day=15), end
    if edge == "end":
        return fixed(first, last, late, is_vague=unit != "week")
    if edge == "start":
        return fixed(first, last, begin, is_vague=True)
    if which == "this":
        past = begin + (today - begin) // 2
        return DayPhrase(first, last, past, None if edge == "earlier" else today + (end - today) // 2, is_vague=True)
    return fixed(first, last, middle, is_vague=True)


def _end_of(unit: str, today: date) -> date:
    if unit == "week":
        return today + timedelta((4 - today.weekday()) % 7)
    if unit == "month":
        return today.replace(day=monthrange(today.year, today.month)[1])
    return today if unit == "day" else date(today.year, 12, 31)


def month_alone(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """in october, back in may, last march: its middle, as far as it has come."""
    edge = EDGES.get(sheet.key(at), "")
    place = at + bool(edge) + (sheet.key(at + 1) == "of" if edge else 0)
    if sheet.key(at) in ("in", "during", "last", "back"):
        place = at + (2 if sheet.says(at, "back", "in") else 1)
        edge = EDGES.get(sheet.key(place), "")
        place += bool(edge)
    elif not edge:
        return None
    month = MONTHS.get(sheet.key(place))
    if month is None or place == at:
        return None
    if sheet.key(place) == "may" and not sheet.words[place].is_capital and sheet.key(at) != "in":
        return None
    year, last = year_at(sheet, place + 1)
    past = _middle(year or today.year, month, today, edge)
    if not year and past > today and date(today.year, month, 1) > today:
        past = _middle(today.year - 1, month, today, edge)
    coming = _middle(year or today.year, month, today, edge)
    if not year and coming < today:
        coming = _middle(today.year + 1, month, today, edge)
    return DayPhrase(at, last, past, coming if not year else past, is_vague=True, is_weak=True)


def _middle(year: int, month: int, today: date, edge: str) -> date:
    length = monthrange(year, month)[1]
    if (year, month) == (today.year, today.month) and not edge:
        return date(year, month, max(1, (today.day + 1) // 2))
    return date(year, month, {"start": 5, "end": length - 4}.get(edge, 15))


def year_at(sheet: Sheet, last: int) -> tuple[int, int]:
    """The year that stands at a place, over a comma, and where it ends."""
    place = last + 1 if sheet.key(last) == "," else last
    if sheet.key(last) in ("'", "’", "‘") and NUMBER.fullmatch(sheet.key(last + 1)):
        return 2000 + int(sheet.key(last + 1)), last + 2
    if YEAR.fullmatch(sheet.key(place)) and sheet.is_free(place):
        return int(sheet.key(place)), place + 1
    return 0, last
