"""What came after a day, from all that is known by now."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from scoring.months import WINDOW_MONTHS, age_in_months, window_start
from scoring.replay import PartnerHistory
from scoring.rvi import read_rvi
from scoring.signals import WEAKENING_DAYS
from scoring.trust import trust_on
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side

SOON_DAYS, SILENT_DAYS, LONG_SILENT_DAYS = 14, 90, 180


class Aftermath(NamedTuple):
    """What came after a day; None where it is too early to say.

    `touched`: contact within 14 days. `silent`: none for 90 days, `long_silent`: for 180. `faded`: a silence of 90 days
    began within 90 days. `regained`: by some month end
    of the next 180 days the RVI was at least what it had been 30 days before. `won`: value was won within 180 days.
    """

    touched: bool | None
    silent: bool | None
    long_silent: bool | None
    faded: bool | None
    regained: bool | None
    won: bool | None


class Past:
    """A partner's past as it is known by now, sorted so that any span of it is found at once."""

    def __init__(self, history: PartnerHistory, today: date) -> None:
        standing = [row for row in history.rows if row.voided_on is None]
        counting = [row for row in standing if row.kind in COUNTING_KINDS]
        ours = [row for row in counting if row.direction != Direction.OUT]
        self._today = today
        self._start = min([history.since_on, *(row.on for row in counting[:1])])
        self._touches = [row.on for row in standing if row.kind != Kind.ATTEMPT]
        self._days = [row.on for row in standing]
        self._wins = sorted(row.outcome_on for row in history.won if row.voided_on is None and row.outcome_on)
        self._ours = [row.on for row in ours]
        self._totals = [0, *accumulate(row.number for row in ours)]
        self._ratings = [known.rating for known in history.ratings if known.voided_on is None]
        self._rvis: dict[date, Decimal | None] = {}

    def aftermath(self, day: date, month_ends: Sequence[date]) -> Aftermath:
        """Return what came after `day`. The RVI is looked at on `month_ends`, which ascend."""
        long = self._is_over(day, LONG_SILENT_DAYS)
        return Aftermath(
            touched=self.is_touched(day, SOON_DAYS) if self._is_over(day, SOON_DAYS) else None,
            silent=not self.is_touched(day, SILENT_DAYS) if self._is_over(day, SILENT_DAYS) else None,
            long_silent=not self.is_touched(day, LONG_SILENT_DAYS) if long else None,
            faded=self._has_faded(day) if long else None,
            regained=self._has_regained(day, month_ends) if long else None,
            won=_any_within(self._wins, day, LONG_SILENT_DAYS) if long else None,
        )

    def is_touched(self, day: date, days: int) -> bool:
        """Return whether there was contact in that many days after `day`."""
        return _any_within(self._touches, day, days)

    def is_acted_on(self, day: date, days: int) -> bool:
        """Return whether anything was logged of that many days after `day`, attempts included."""
        return _any_within(self._days, day, days)

    def rvi(self, day: date) -> Decimal | None:
        """Return our RVI on a day."""
        if day not in self._rvis:
            total = (
                self._totals[bisect_right(self._ours, day)] - self._totals[bisect_right(self._ours, window_start(day))]
            )
            months = min(age_in_months(self._start, day), WINDOW_MONTHS)
            self._rvis[day] = read_rvi(total, months, trust_on(self._ratings, day)[Side.OURS].level)[1]
        return self._rvis[day]

    def _has_faded(self, day: date) -> bool:
        begin, end = (bisect_right(self._touches, day + timedelta(days=days)) for days in (0, SILENT_DAYS))
        return any(not self.is_touched(last, SILENT_DAYS) for last in (day, *self._touches[begin:end]))

    def _is_over(self, day: date, days: int) -> bool:
        return day + timedelta(days=days) <= self._today

    def _has_regained(self, day: date, month_ends: Sequence[date]) -> bool | None:
        """Return whether the RVI was back; None if it was not known 30 days before."""
        was = self.rvi(day - timedelta(days=WEAKENING_DAYS))
        if was is None:
            return None
        begin, end = (bisect_right(month_ends, day + timedelta(days=days)) for days in (0, LONG_SILENT_DAYS))
        return any((rvi := self.rvi(on)) is not None and rvi >= was for on in month_ends[begin:end])


def _any_within(days: Sequence[date], day: date, number: int) -> bool:
    """Return whether any of the sorted days is in `(day, day + number]`."""
    place = bisect_right(days, day)
    return place < len(days) and days[place] <= day + timedelta(days=number)
