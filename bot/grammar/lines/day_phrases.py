"""Every run of words that names a day, wherever it stands, with the days it can mean. Whose day it is comes later."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.grammar.lines.day_dates import in_month, numeric
from bot.grammar.lines.day_names import (
    MONTHS,
    NUMBERS,
    PARTS_OF_DAY,
    TOMORROWS,
    UNITS,
    WEEKDAYS,
    YESTERDAYS,
    DayPhrase,
    fixed,
)
from bot.grammar.lines.day_periods import period, stretch
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.words import Sheet

FIRST_DAY = date(1970, 1, 1)
YEARS_AHEAD = 2
_NEAR = timedelta(200)  # a weekday with a date is not as far off
_TIME = re.compile(r"@?(?:[0-9]{1,2}(?:[:.][0-9]{2})?(?:am|pm)|[0-9]{1,2}:[0-9]{2}|noon|midday|midnight|lunchtime)")
_MONEY = re.compile(r"[£$€].*|[0-9][0-9.,]*[km]")
_HOUR = re.compile(r"[0-9]{1,2}(?:[:.][0-9]{2})?")
_UNKNOWABLE = phrases("a while ago, a while back, ages ago, some time ago, a long time ago")
_UNKNOWABLE_STARTS = frozenset(phrase[0] for phrase in _UNKNOWABLE)
# Words that begin a day only together with one of the others.
_LEADING = NUMBERS.keys() | words(
    "the in at over about around just half this last next early late end start beginning mid middle within during back "
    "month week fortnight year close earlier day couple few some ages"
)
_SECOND = (
    NUMBERS.keys()
    | UNITS.keys()
    | WEEKDAYS.keys()
    | MONTHS.keys()
    | PARTS_OF_DAY
    | YESTERDAYS
    | TOMORROWS
    | words(
        "couple few weekend other of the next last this before after end start beginning middle early late mid half "
        "today now in dozen business noon while long time ago quarter on from"
    )
)
_STARTERS = (
    WEEKDAYS.keys()
    | MONTHS.keys()
    | YESTERDAYS
    | TOMORROWS
    | _LEADING
    | words("today today's tonight 2day tonite eow eom eod eoy cob")
)


def find_days(sheet: Sheet, today: date, *, day_first: bool = True) -> list[DayPhrase]:
    """The phrases in the order in which they stand, none within another."""
    found: list[DayPhrase] = []
    end = 0
    for at in sheet.where(_STARTERS, sheet.numeric):
        if at < end or sheet.uses[at] or (sheet.keys[at] in _LEADING and not _leads_to_day(sheet.key(at + 1))):
            continue
        phrase = _phrase_at(sheet, at, today, day_first)
        if phrase and _in_reach(phrase, today) and sheet.are_free(phrase.first, phrase.last):
            if found and (dated := _dated_weekday(sheet, found[-1], phrase, today, day_first)):
                phrase = dated
                found.pop()
            found.append(_with_time(sheet, phrase))
            end = found[-1].last
    return found


def _dated_weekday(
    sheet: Sheet, before: DayPhrase, phrase: DayPhrase, today: date, day_first: bool
) -> DayPhrase | None:
    """A weekday with the date behind it, where they agree: `thurs 19/11`. The weekday tells what `12/3` is."""
    if not (before.is_weekday and before.past and phrase.is_date and sheet.after(before.last) == phrase.first):
        return None
    for each in (phrase, numeric(sheet, phrase.first, today, not day_first)):
        days = (each.past, each.coming) if each else ()
        right = [day for day in days if day and _is_near(day, today) and day.weekday() == before.past.weekday()]
        if each and right:
            return replace(each, first=before.first, past=right[0], coming=right[-1])
    return None


def _is_near(day: date, today: date) -> bool:
    return abs(day - today) <= _NEAR


def _in_reach(phrase: DayPhrase, today: date) -> bool:
    days = [day for day in (phrase.past, phrase.coming) if day]
    return all(day >= FIRST_DAY and day.year <= today.year + YEARS_AHEAD for day in days)


def _leads_to_day(key: str) -> bool:
    return key in _SECOND or key[:1].isdigit()


def _with_time(sheet: Sheet, phrase: DayPhrase) -> DayPhrase:
    """The phrase with an hour that stands beside it: `at 3pm yesterday`, `tomorrow 3pm`, `yesterday evening`."""
    first, last = phrase.first, phrase.last
    if sheet.key(last) in PARTS_OF_DAY:
        last += 1
    if _TIME.fullmatch(sheet.key(last)):
        last += 1
    elif sheet.key(last) in ("at", "around", "from", "@") and (
        _TIME.fullmatch(sheet.key(last + 1)) or (_HOUR.fullmatch(sheet.key(last + 1)) and not sheet.key(last + 2))
    ):
        last += 2
    if first and _TIME.fullmatch(sheet.key(first - 1)) and not sheet.uses[first - 1]:
        first -= 1
        if sheet.key(first - 1) == "at":
            first -= 1
    if (first, last) == (phrase.first, phrase.last):
        return phrase
    return replace(phrase, first=first, last=last)


def _phrase_at(sheet: Sheet, at: int, today: date, day_first: bool) -> DayPhrase | None:
    """The longest phrase that begins at a word."""
    key = sheet.key(at)
    if _MONEY.fullmatch(key):
        return None
    if end := _end_of_day(sheet, at):
        named = end + (sheet.key(end) in ("on", "this"))
        if (day := _phrase_at(sheet, named, today, day_first)) and not day.is_weak:
            return replace(day, first=at)  # cob friday
    for shape in _SHAPES_OF_WEEKDAYS if key in WEEKDAYS else _SHAPES:
        if phrase := shape(sheet, at, today):
            return phrase
    return numeric(sheet, at, today, day_first)


def _end_of_day(sheet: Sheet, at: int) -> int:
    """Behind which word a day may follow whose end is meant: `cob friday`, `close of play tomorrow`; 0 if none does."""
    if sheet.key(at) in ("cob", "eod"):
        return at + 1
    closes = sheet.key(at) in ("close", "end") and sheet.key(at + 1) == "of"
    return at + 3 if closes and sheet.key(at + 2) in ("business", "play", "day") else 0


def _named(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """today, tonight, this morning, yesterday, the day before yesterday, the other day."""
    key, following = sheet.key(at), sheet.key(at + 1)
    day = timedelta(1)
    skip = 1 if key == "the" else 0
    if sheet.key(at + skip) == "day" and sheet.key(at + skip + 1) in ("before", "after"):
        named = sheet.key(at + skip + 2)
        if named in YESTERDAYS and sheet.key(at + skip + 1) == "before":
            return fixed(at, at + skip + 3, today - 2 * day)
        if named in TOMORROWS and sheet.key(at + skip + 1) == "after":
            return fixed(at, at + skip + 3, today + 2 * day)
    if sheet.says(at, "the", "other", "week"):
        return DayPhrase(at, at + 3, today - 10 * day, None, is_vague=True)
    for unknowable in _UNKNOWABLE if key in _UNKNOWABLE_STARTS else ():
        if sheet.says(at, *unknowable):
            return DayPhrase(at, at + len(unknowable), None, None)
    if sheet.says(at, "the", "other", "day"):
        return DayPhrase(at, at + 3, today - 3 * day, None, is_vague=True)
    if key in ("earlier", "just") and following in ("today", "now"):
        return fixed(at, at + 2, today)
    if key in ("today", "tonight", "today's", "2day", "tonite"):
        return fixed(at, at + 1, today)
    if key == "this" and following in PARTS_OF_DAY:
        return fixed(at, at + 2, today)
    if key in YESTERDAYS:
        return fixed(at, at + 1, today - day)
    if key == "last" and following in ("night", "evening", "nite"):
        return fixed(at, at + 2, today - day)
    return fixed(at, at + 1, today + day) if key in TOMORROWS else None


def _weekday(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """friday, last friday, next friday, friday week, monday next week, last week friday."""
    key = sheet.key(at)
    which = key if key in ("last", "next", "this", "coming") else ""
    place = at + bool(which)
    monday = today - timedelta(today.weekday())
    weeks = {"last": -7, "next": 7, "this": 0}
    if which in weeks and sheet.key(place) == "week" and sheet.key(place + 1) in WEEKDAYS:  # last week friday
        return fixed(at, place + 2, monday + timedelta(weeks[which] + WEEKDAYS[sheet.key(place + 1)]))
    number = WEEKDAYS.get(sheet.key(place))
    if (
        number is None
        or (sheet.key(place) == "sat" and sheet.key(place + 1) in ("down", "in", "with", "next", "on", "through"))
        or (sheet.key(place) == "sun" and sheet.key(place + 1) in ("was", "is", "shone", "came", "out"))
    ):
        return None
    ahead = (number - today.weekday()) % 7
    last = place + 1
    if not which and (gone := _gone(sheet, last)):  # friday just gone, monday last
        return fixed(at, last + gone, today + timedelta(ahead - 7))
    if not which:
        if sheet.key(last) in weeks and sheet.key(last + 1) == "week":
            return fixed(at, last + 2, monday + timedelta(weeks[sheet.key(last)] + number))
        if sheet.key(last) == "week":
            return fixed(at, last + 1, today + timedelta((ahead or 7) + 7))
        past, coming = today - timedelta(-ahead % 7), today + timedelta(ahead or 7)
        return DayPhrase(at, last, past, coming, is_weekday=True)
    if which == "this":
        return fixed(at, last, monday + timedelta(number))
    return fixed(at, last, today + timedelta(ahead - 7 if which == "last" else ahead or 7))


def _gone(sheet: Sheet, at: int) -> int:
    """How many words behind a weekday say that it is over."""
    if sheet.says(at, "just", "gone"):
        return 2
    ends = at + 1 >= len(sheet) or sheet.words[at + 1].is_mark or sheet.key(at + 1) not in UNITS
    return int(sheet.key(at) in ("gone", "last") and ends and sheet.is_free(at))


def _weeks_on(sheet: Sheet, at: int, today: date) -> DayPhrase | None:
    """a week on friday, a fortnight today, two weeks tomorrow: so long after that day."""
    skip = 1 if sheet.key(at) in ("a", "in") else 0
    many = NUMBERS.get(sheet.key(at + skip), 1) if not skip else 1
    unit = at + skip + (sheet.key(at + skip) in NUMBERS)
    days = {"week": 7, "weeks": 7, "fortnight": 14}.get(sheet.key(unit))
    named = unit + 1 + (sheet.key(unit + 1) in ("on", "from"))
    if days is None or sheet.key(named) in ("last", "next", "this"):
        return None
    if sheet.key(named) not in WEEKDAYS and sheet.key(named) not in ("today", *TOMORROWS):
        return None
    day = _named(sheet, named, today) or _weekday(sheet, named, today)
    coming = day.coming if day else None
    return fixed(at, named + 1, coming + timedelta(days * many)) if coming else None


_SHAPES: tuple[Callable[[Sheet, int, date], DayPhrase | None], ...] = (
    _weeks_on,
    _named,
    in_month,
    stretch,
    _weekday,
    period,
)
_SHAPES_OF_WEEKDAYS = (in_month, _weekday)
