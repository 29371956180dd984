"""Calendar-month arithmetic. A missing day becomes the last day of the month."""

from calendar import monthrange
from datetime import date

WINDOW_MONTHS = 12
MIN_MONTH_DAYS = 28  # the days that every month has


def add_months(day: date, months: int) -> date:
    """Return `day` moved by `months` (may be negative). 31 January + 1 month is the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = day.day if day.day <= MIN_MONTH_DAYS else min(day.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, last)


def window_start(day: date) -> date:
    """Return the day *before* the first of the twelve months that end with `day`."""
    return add_months(day, -WINDOW_MONTHS)


def age_in_months(start: date, day: date) -> int:
    """Return the smallest n ≥ 1 with `start` + n months ≥ `day`. A future start gives 1."""
    months = max(1, (day.year - start.year) * 12 + day.month - start.month)
    return months if add_months(start, months) >= day else months + 1
