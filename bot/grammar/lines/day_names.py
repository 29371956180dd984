"""The words that name days, and what a run of them can mean."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.grammar.lines.lists import words

_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {short: at for at, name in enumerate(_MONTH_NAMES, 1) for short in (name, name[:3])} | {"sept": 9}
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {short: at for at, name in enumerate(_WEEKDAY_NAMES) for short in (name, name[:3])}
# How people write them in a hurry, and slips of the thumb.
_SPELLINGS = (
    "mondya monady",
    "tues tue's tuseday teusday tuesady",
    "weds wednsday wensday wendsday wednesay",
    "thur thurs thrusday thurday thursady",
    "firday fridya",
    "saterday",
    "",
)
WEEKDAYS |= {word: at for at, text in enumerate(_SPELLINGS) for word in text.split()}
YESTERDAYS = words(
    "yesterday yest yday yesterdy yesteday ystrday yesterda yersterday yesterday's yesturday ystrdy ystday ystd "
    "yesterdays"
)
TOMORROWS = words("tomorrow tmrw tmr tomo 2moro tmw tommorow tomorow tommorrow tomorrow's tomoz 2mrw tmoro tomorow's")
PARTS_OF_DAY = words("morning afternoon evening night lunchtime am pm morn eve arvo nite")
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
NUMBERS = {word: at for at, word in enumerate(_COUNTS.split(" "))} | {"a": 1, "an": 1}
_UNIT_SPELLINGS = {
    "day": "day days night nights evenings",
    "week": "week weeks wk wks",
    "fortnight": "fortnight",
    "month": "month months mth mths",
    "year": "year years yr yrs",
    "hour": "hour hours hr hrs minute minutes min mins",
}
UNITS = {word: unit for unit, text in _UNIT_SPELLINGS.items() for word in text.split()}
EDGES = {
    "end": "end",
    "late": "end",
    "start": "start",
    "beginning": "start",
    "early": "start",
    "mid": "mid",
    "middle": "mid",
}
"""Which part of a week or month is meant."""

ORDINAL = re.compile(r"([0-9]{1,2})(st|nd|rd|th)")
NUMBER = re.compile(r"[0-9]{1,2}")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")


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


def fixed(first: int, last: int, day: date | None, *, is_vague: bool = False, is_date: bool = False) -> DayPhrase:
    """A phrase that means the same day whether it is over or to come."""
    return DayPhrase(first, last, day, day, is_vague=is_vague, is_date=is_date)


def moved(day: date, many: int, unit: str) -> date | None:
    """The day so many units later; None beyond the calendar."""
    try:
        if unit in ("day", "week", "fortnight", "hour"):
            return day + timedelta({"day": 1, "week": 7, "fortnight": 14, "hour": 0}[unit] * many)
        months = day.year * 12 + day.month - 1 + many * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
