"""Every run of words that names a day, wherever it stands, with the days it can mean. Whose day it is comes later."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet

FIRST_DAY = date(1970, 1, 1)
YEARS_AHEAD = 2

_MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {short: at for at, name in enumerate(_MONTH_NAMES, 1) for short in (name, name[:3])} | {"sept": 9}
_WEEKDAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = {short: at for at, name in enumerate(_WEEKDAY_NAMES) for short in (name, name[:3])}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
# Slips of the thumb, and how people write them in a hurry.
_YESTERDAYS = words("yesterday yest yday yesterdy yesteday ystrday yesterda yersterday yesterday's yesturday")
_TOMORROWS = words("tomorrow tmrw tmr tomo 2moro tmw tommorow tomorow tommorrow tomorrow's tomoz")
_SLIPS = {
    "wednsday": 2, "wensday": 2, "wendsday": 2, "wednesay": 2, "tuseday": 1, "teusday": 1, "tuesady": 1, "thrusday": 3,
    "thurday": 3, "thursady": 3, "firday": 4, "fridya": 4, "saterday": 5, "mondya": 0, "monady": 0,
}  # fmt: skip
WEEKDAYS |= _SLIPS
_PARTS_OF_DAY = words("morning afternoon evening night lunchtime am pm")
NUMBERS = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ]
    )
} | {"a": 1, "an": 1}
_UNITS = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "wk": "week", "wks": "week", "month": "month",
    "months": "month", "mth": "month", "mths": "month", "year": "year", "years": "year", "yr": "year", "yrs": "year",
    "fortnight": "fortnight", "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour", "minute": "hour",
    "minutes": "hour", "night": "day", "nights": "day", "evenings": "day", "min": "hour", "mins": "hour",
}  # fmt: skip
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2}))?")
_ORDINAL = re.compile(r"([0-9]{1,2})(st|nd|rd|th)")
_NUMBER = re.compile(r"[0-9]{1,2}")
_SEVERAL_DAYS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/][0-9]{1,2}(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}|'[0-9]{2}")
_GLUED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/.]?([a-z]{3,9})(?:[-/.]?([0-9]{4}|[0-9]{2}))?")
_GLUED_BACK = re.compile(r"([a-z]{3,9})[-/.]?([0-9]{1,2})(?:st|nd|rd|th)?")
_GLUED_STRETCH = re.compile(r"([0-9]{1,3})(d|days?|w|wks?|weeks?|mths?|months?|h|hrs?)")
_TIME = re.compile(r"[0-9]{1,2}(?:[:.][0-9]{2})?(?:am|pm)|[0-9]{1,2}:[0-9]{2}|noon|midday|midnight|lunchtime")
_HOUR = re.compile(r"[0-9]{1,2}(?:[:.][0-9]{2})?")
PREPOSITIONS = words("on by for in until till before since from at to of around about")


@dataclass(frozen=True, slots=True)
class DayPhrase:
    """Words `first` to, not including, `last` that name a day.

    `past` and `coming` are the day where it is over and where it is to come; both None for a day that does not exist.
    """

    first: int
    last: int
    past: date | None
    coming: date | None
    is_vague: bool = False
    is_weekday: bool = False  # a weekday alone
    is_date: bool = False  # a day of a month
    is_weak: bool = False  # an ordinal or a month that may well be something else

    @property
    def exists(self) -> bool:
        """Whether there is such a day."""
        return bool(self.past or self.coming)

    def done(self) -> date | None:
        """The day if it is over: the latest."""
        return self.past or self.coming

    def to_come(self) -> date | None:
        """The day if it is to come: the next."""
        return self.coming or self.past

    def nearest(self, today: date) -> date | None:
        """The nearer of the two days, the past one if both are as near."""
        if self.past is None or self.coming is None:
            return self.past or self.coming
        return self.past if today - self.past <= self.coming - today else self.coming


def _fixed(first: int, last: int, day: date | None, **more: bool) -> DayPhrase:
    return DayPhrase(first, last, day, day, **more)


def find_days(sheet: Sheet, today: date, *, day_first: bool = True) -> list[DayPhrase]:
    """The phrases in the order in which they stand, none within another."""
    found: list[DayPhrase] = []
    end = 0
    for at in sheet.where(_STARTERS, sheet.numeric):
        if at < end or sheet.uses[at] or (sheet.keys[at] in _LEADING and not _leads_to_day(sheet.key(at + 1))):
            continue
        phrase = _phrase_at(sheet, at, today, day_first)
        if phrase and _in_reach(phrase, today) and sheet.are_free(phrase.first, phrase.last):
            found.append(_with_time(sheet, phrase))
            end = found[-1].last
    return found


def _in_reach(phrase: DayPhrase, today: date) -> bool:
    days = [day for day in (phrase.past, phrase.coming) if day]
    return all(day >= FIRST_DAY and day.year <= today.year + YEARS_AHEAD for day in days)


_STARTERS = frozenset((
    *WEEKDAYS, *MONTHS, *_YESTERDAYS, *_TOMORROWS, *NUMBERS, "today", "tonight", "this", "last", "next", "the", "earlier",
    "day", "couple", "few", "in", "end", "start", "beginning", "eow", "eom", "eod", "eoy", "cob", "early", "late", "mid", "middle",
    "at", "over", "just", "about", "around", "today's", "month", "half", "within", "during", "back", "week", "close", "some", "ages", "earlier",
))  # fmt: skip


# Words that begin a day only together with one of the others.
_LEADING = frozenset((
    *NUMBERS, "the", "in", "at", "over", "about", "around", "just", "half", "this", "last", "next", "early", "late", "end", "start", "beginning",
    "mid", "middle", "within", "during", "back", "month", "week", "close", "earlier", "day", "couple", "few", "some", "ages",
))  # fmt: skip
_SECOND = frozenset((
    *NUMBERS, *_UNITS, *WEEKDAYS, *MONTHS, *_PARTS_OF_DAY, *_YESTERDAYS, *_TOMORROWS, "couple", "few", "weekend", "other", "of", "the", "next", "last",
    "this", "before", "after", "end", "start", "beginning", "middle", "early", "late", "mid", "half", "today", "now", "in", "dozen", "business", "noon", "while", "long", "time", "ago", "year", "yr", "quarter",
))  # fmt: skip


def _leads_to_day(key: str) -> bool:
    return key in _SECOND or key[:1].isdigit()


def _with_time(sheet: Sheet, phrase: DayPhrase) -> DayPhrase:
    """The phrase with an hour that stands beside it: `at 3pm yesterday`, `tomorrow 3pm`, `yesterday evening`."""
    first, last = phrase.first, phrase.last
    if sheet.key(last) in _PARTS_OF_DAY:
        last += 1
    if _TIME.fullmatch(sheet.key(last)):
        last += 1
    elif sheet.key(last) in ("at", "around", "from") and (
        _TIME.fullmatch(sheet.key(last + 1)) or (_HOUR.fullmatch(sheet.key(last + 1)) and not sheet.key(last + 2))
    ):
        last += 2
    if first and _TIME.fullmatch(sheet.key(first - 1)) and not sheet.uses[first - 1]:
        first -= 1
        if sheet.key(first - 1) == "at":
            first -= 1
    if (first, last) == (phrase.first, phrase.last):
        return phrase
    return DayPhrase(first, last, phrase.past, phrase.coming, phrase.is_vague, phrase.is_weekday, phrase.is_date)


def _phrase_at(sheet: Sheet, at: int, today: date, day_first: bool) -> DayPhrase | None:
    """The longest phrase that begins at a word."""
    for shape in _SHAPES:
        if phrase := shape(sheet, at, today):
            return phrase
    return _numeric(sheet, at, today, day_first)


def _named(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """today, tonight, this morning, yesterday, the day before yesterday, the other day."""
    key, following = sheet.key(at), sheet.key(at + 1)
    day = timedelta(1)
    skip = 1 if key == "the" else 0
    if sheet.key(at + skip) == "day" and sheet.key(at + skip + 1) in ("before", "after"):
        named = sheet.key(at + skip + 2)
        if named in _YESTERDAYS and sheet.key(at + skip + 1) == "before":
            return _fixed(at, at + skip + 3, today - 2 * day)
        if named in _TOMORROWS and sheet.key(at + skip + 1) == "after":
            return _fixed(at, at + skip + 3, today + 2 * day)
    if sheet.says(at, "the", "other", "week"):
        return DayPhrase(at, at + 3, today - 10 * day, None, is_vague=True)
    for unknowable in (
        ("a", "while", "ago"),
        ("a", "while", "back"),
        ("ages", "ago"),
        ("some", "time", "ago"),
        ("a", "long", "time", "ago"),
    ):
        if sheet.says(at, *unknowable):
            return DayPhrase(at, at + len(unknowable), None, None)
    if sheet.says(at, "the", "other", "day"):
        return DayPhrase(at, at + 3, today - 3 * day, None, is_vague=True)
    if key in ("earlier", "just") and following in ("today", "now"):
        return _fixed(at, at + 2, today)
    if key in ("today", "tonight", "today's"):
        return _fixed(at, at + 1, today)
    if key == "this" and following in _PARTS_OF_DAY:
        return _fixed(at, at + 2, today)
    if key in _YESTERDAYS:
        return _fixed(at, at + 1, today - day)
    if key == "last" and following in ("night", "evening"):
        return _fixed(at, at + 2, today - day)
    return _fixed(at, at + 1, today + day) if key in _TOMORROWS else None


def _weekday(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """friday, last friday, next friday, friday week, monday next week, last week friday."""
    key = sheet.key(at)
    which = key if key in ("last", "next", "this", "coming") else ""
    place = at + bool(which)
    monday = today - timedelta(today.weekday())
    weeks = {"last": -7, "next": 7, "this": 0}
    if which in weeks and sheet.key(place) == "week" and sheet.key(place + 1) in WEEKDAYS:  # last week friday
        return _fixed(at, place + 2, monday + timedelta(weeks[which] + WEEKDAYS[sheet.key(place + 1)]))
    number = WEEKDAYS.get(sheet.key(place))
    if (
        number is None
        or (sheet.key(place) == "sat" and sheet.key(place + 1) in ("down", "in", "with", "next", "on", "through"))
        or (sheet.key(place) == "sun" and sheet.key(place + 1) in ("was", "is", "shone", "came", "out"))
    ):
        return None
    ahead = (number - today.weekday()) % 7
    last = place + 1
    if not which:
        if sheet.key(last) in weeks and sheet.key(last + 1) == "week":
            return _fixed(at, last + 2, monday + timedelta(weeks[sheet.key(last)] + number))
        if sheet.key(last) == "week":
            return _fixed(at, last + 1, today + timedelta((ahead or 7) + 7))
        past, coming = today - timedelta(-ahead % 7), today + timedelta(ahead)
        return DayPhrase(at, last, past, coming, is_weekday=True)
    if which == "this":
        return _fixed(at, last, monday + timedelta(number))
    return _fixed(at, last, today + timedelta(ahead - 7 if which == "last" else ahead or 7))


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


def _stretch(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """3 days ago, about a week ago, a couple of weeks ago, in two weeks."""
    key = sheet.key(at)
    if (glued := _GLUED_STRETCH.fullmatch(key)) and sheet.key(at + 1) in ("ago", "back"):
        unit = {"d": "day", "w": "week", "m": "month", "h": "hour"}[glued[2][0]]
        return _fixed(at, at + 2, _moved(today, -int(glued[1]), unit))
    about = 1 if key in ("about", "around", "over", "just") else 0
    ahead = 1 if key in ("in", "within") else 0
    counted = _count(sheet, at + about + ahead)
    if counted is None:
        return None
    many, length, is_vague = counted
    place = at + about + ahead + length
    unit = _UNITS.get(sheet.key(place))
    if unit is None and key[:1].isdigit():
        return None
    if unit is None:
        return None
    is_ago = sheet.key(place + 1) in ("ago", "back", "earlier")
    if not ahead and not is_ago:
        if sheet.says(place + 1, "from", "now") or sheet.says(place + 1, "from", "today"):
            return _fixed(at, place + 3, _moved(today, many, unit), is_vague=is_vague)
        return None
    if ahead and is_ago:
        return None
    day = _moved(today, many if ahead else -many, unit)
    if unit == "hour" and ahead:
        return None
    return _fixed(at, place + (1 if ahead else 2), day, is_vague=is_vague or bool(about) or unit in ("month", "year"))


def _moved(day: date, many: int, unit: str) -> date | None:
    try:
        if unit in ("day", "week", "fortnight", "hour"):
            return day + timedelta({"day": 1, "week": 7, "fortnight": 14, "hour": 0}[unit] * many)
        months = day.year * 12 + day.month - 1 + many * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


_EDGES = {
    "end": "end",
    "start": "start",
    "beginning": "start",
    "early": "start",
    "late": "end",
    "mid": "mid",
    "middle": "mid",
}
_SHORT_ENDS = {"eow": "week", "eom": "month", "eod": "day", "cob": "day", "eoy": "year"}


def _period(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """last week, next month, earlier this week, end of the month, eow, the week before last, last weekend."""
    key = sheet.key(at)
    if key in _SHORT_ENDS:
        return _fixed(at, at + 1, _end_of(_SHORT_ENDS[key], today))
    if sheet.says(at, "close", "of", "business") or sheet.says(at, "close", "of", "play"):
        return _fixed(at, at + 3, today)
    monday = today - timedelta(today.weekday())
    skip = 1 if key == "the" else 0
    if sheet.says(at + skip, "week", "before", "last"):
        return _fixed(at, at + skip + 3, monday + timedelta(-12), is_vague=True)
    if sheet.says(at + skip, "week", "after", "next"):
        return _fixed(at, at + skip + 3, monday + timedelta(16), is_vague=True)
    if weekend := _weekend(sheet, at, today):
        return weekend
    edge = _EDGES.get(sheet.key(at + skip), "")
    place = at + skip + bool(edge)
    if edge and sheet.key(place) == "of":
        place += 1
    if edge and sheet.key(place) == "the":
        place += 1
    if sheet.key(at) == "earlier":
        edge, place = "earlier", at + 1
    which = sheet.key(place)
    if edge and which in ("week", "month", "day", "year") and edge == "end":
        return _fixed(at, place + 1, _end_of(which, today))
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
        return _fixed(at, at + 2, day if key == "last" else saturday + timedelta(7), is_vague=True)
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
        begin = _moved(today.replace(day=1), {"last": -1, "this": 0, "next": 1}[which], "month") or today
        end = begin.replace(day=monthrange(begin.year, begin.month)[1])
        middle, late = begin.replace(day=15), end
    if edge == "end":
        return _fixed(first, last, late, is_vague=unit != "week")
    if edge == "start":
        return _fixed(first, last, begin, is_vague=True)
    if which == "this":
        past = begin + (today - begin) // 2
        return DayPhrase(first, last, past, None if edge == "earlier" else today + (end - today) // 2, is_vague=True)
    return _fixed(first, last, middle, is_vague=True)


def _end_of(unit: str, today: date) -> date:
    if unit == "week":
        return today + timedelta((4 - today.weekday()) % 7)
    if unit == "month":
        return today.replace(day=monthrange(today.year, today.month)[1])
    return today if unit == "day" else date(today.year, 12, 31)


def _in_month(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
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
        year, last = _year(sheet, last, today)
        return _dated(at, last, number, month, year, today)
    ordinal = _ORDINAL.fullmatch(sheet.key(place))
    led = sheet.key(place - 1) == "on" or sheet.says(place - 2, "on", "the")
    if ordinal is None and led and _NUMBER.fullmatch(sheet.key(place)) and sheet.after(place + 1) == len(sheet):
        ordinal = re.match(r"([0-9]+)", sheet.key(place))
    if ordinal and 1 <= int(ordinal[1]) <= 31 and not month:
        return _day_of_month(sheet, at, place + 1, int(ordinal[1]), today, is_sure=weekday is not None or place > start)
    return None if weekday is not None else _month_alone(sheet, at, today)


def _number_and_month(sheet: Sheet, place: int) -> tuple[int, int, int]:
    """The day, the month, and where they end; zeros for what is not there."""
    key = sheet.key(place)
    number = int(match[1]) if (match := _ORDINAL.fullmatch(key)) else int(key) if _NUMBER.fullmatch(key) else 0
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
        match = _ORDINAL.fullmatch(behind)
        day = int(match[1]) if match else int(behind) if _NUMBER.fullmatch(behind) else 0
        return day, MONTHS[key], place + length
    if (match := _GLUED.fullmatch(key)) and match[2] in MONTHS and not match[3]:
        return int(match[1]), MONTHS[match[2]], place + 1
    if (match := _GLUED_BACK.fullmatch(key)) and match[1] in MONTHS:
        return int(match[2]), MONTHS[match[1]], place + 1
    return 0, 0, place


def _year(sheet: Sheet, last: int, today: date) -> tuple[int, int]:
    """The year that stands at a place, over a comma, and where it ends."""
    place = last + 1 if sheet.key(last) == "," else last
    if sheet.key(last) in ("'", "’", "‘") and _NUMBER.fullmatch(sheet.key(last + 1)):
        return 2000 + int(sheet.key(last + 1)), last + 2
    if _YEAR.fullmatch(sheet.key(place)) and sheet.is_free(place):
        year = sheet.key(place)
        return int(year) if len(year) == 4 else 2000 + int(year[1:]), place + 1
    return 0, last


def _dated(first: int, last: int, number: int, month: int, year: int, today: date) -> DayPhrase:
    if year:
        return _fixed(first, last, _date(year, month, number), is_date=True)
    past = next(
        (day for each in range(today.year, today.year - 9, -1) if (day := _date(each, month, number)) and day <= today),
        None,
    )
    coming = next(
        (day for each in range(today.year, today.year + 9) if (day := _date(each, month, number)) and day >= today),
        None,
    )
    return DayPhrase(first, last, past, coming, is_date=True)


def _day_of_month(sheet: Sheet, first: int, last: int, number: int, today: date, *, is_sure: bool) -> DayPhrase:
    """the 25th, 25th of last month."""
    if sheet.says(last, "of", "the", "month"):
        return _fixed(first, last + 3, _date(today.year, today.month, number), is_date=True)
    if sheet.key(last) == "of" and sheet.key(last + 1) in ("last", "this", "next") and sheet.key(last + 2) == "month":
        begin = _moved(today.replace(day=1), {"last": -1, "this": 0, "next": 1}[sheet.key(last + 1)], "month") or today
        return _fixed(first, last + 3, _date(begin.year, begin.month, number), is_date=True)
    months = [_moved(today.replace(day=1), many, "month") for many in range(-3, 4)]
    days = [day for month in months if month and (day := _date(month.year, month.month, number))]
    past, coming = [day for day in days if day <= today], [day for day in days if day >= today]
    return DayPhrase(first, last, past[-1] if past else None, coming[0] if coming else None, is_date=True, is_weak=True)


def _month_alone(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """in october, back in may, last march: its middle, as far as it has come."""
    edge = _EDGES.get(sheet.key(at), "")
    place = at + bool(edge) + (sheet.key(at + 1) == "of" if edge else 0)
    if sheet.key(at) in ("in", "during", "last", "back"):
        place = at + (2 if sheet.says(at, "back", "in") else 1)
        edge = _EDGES.get(sheet.key(place), "")
        place += bool(edge)
    elif not edge:
        return None
    month = MONTHS.get(sheet.key(place))
    if month is None or place == at:
        return None
    if sheet.key(place) == "may" and not sheet.words[place].is_capital and sheet.key(at) != "in":
        return None
    year, last = _year(sheet, place + 1, today)
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


def _numeric(sheet: Sheet, at: int, today: date, day_first: bool) -> DayPhrase | None:
    """2026-11-02, 03/04/2026, 14/8 by the workspace's order."""
    start = at
    if sheet.key(at) in WEEKDAYS:
        start = sheet.after(at + 1)
    key = sheet.key(start)
    if iso := _ISO.fullmatch(key):
        return _fixed(at, start + 1, _date(int(iso[1]), int(iso[3]), int(iso[4])), is_date=True)
    if (match := _GLUED.fullmatch(key)) and match[2] in MONTHS and match[3]:
        return _fixed(at, start + 1, _date(_full_year(match[3]), MONTHS[match[2]], int(match[1])), is_date=True)
    found = _NUMERIC.fullmatch(key)
    ends = found is not None and found[2] == "." and sheet.key(start + 1) == "."  # 18.11.
    if found is None or (found[4] is None and found[2] != "/" and not ends) or key in _IDIOMS:
        return None
    number, month = (int(found[1]), int(found[3])) if day_first else (int(found[3]), int(found[1]))
    if month > 12 >= number:
        number, month = month, number
    if found[4]:
        return _fixed(at, start + 1, _date(_full_year(found[4]), month, number), is_date=True)
    phrase = _dated(at, start + 1, number, month, 0, today)
    is_part = key in _FRACTIONS and sheet.key(start - 1) != "on"
    return replace(phrase, is_weak=True) if is_part else phrase


_IDIOMS = frozenset(("24/7", "50/50"))
_FRACTIONS = words("1/2 1/4 3/4 2/3 1/3 9/11 4/5 3/5 2/5 1/5 5/5")


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_SHAPES: tuple[Callable[[Sheet, int, date], DayPhrase | None], ...] = (_named, _in_month, _stretch, _weekday, _period)
