"""Counting in calendar months, where the month's last day stands in for days it lacks."""

from calendar import monthrange
from datetime import date

WINDOW_MONTHS = 12
MIN_MONTH_DAYS = 28  # days that every month has


def add_months(day: date, months: int) -> date:
    """`day` moved by `months` (negative: back); 31 January + 1 month is the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = day.day if day.day <= MIN_MONTH_DAYS else min(day.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, last)


def window_start(day: date) -> date:
    """The day *after* which the twelve months that end with `day` begin."""
    return add_months(day, -WINDOW_MONTHS)


def age_in_months(start: date, day: date) -> int:
    """The smallest n ≥ 1 with `start` + n months ≥ `day`; 1 for a start that is still to come."""
    months = max(1, (day.year - start.year) * 12 + day.month - start.month)
    return months if add_months(start, months) >= day else months + 1
