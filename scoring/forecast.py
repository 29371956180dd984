"""Forecast the RVI with no new activity: the day on which every row leaves the twelve months is known.

A row on day `on` counts while `day − 12 months < on`, and leaves on the first day that breaks this. A planned row or a
rating dated ahead counts from its day on. In the first year the months also grow. Otherwise trust stays the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from scoring.counts import ActivityCounts
from scoring.explain import Change, explain_change
from scoring.months import WINDOW_MONTHS, add_months, age_in_months, window_start
from scoring.rvi import Score, read_rvi, score_partner
from scoring.trust import Rating, trust_on
from scoring.vocabulary import BAND_ORDER, Band, Direction, Kind, Side

_IN, _OUT = Direction.IN, Direction.OUT


class DatedCount(NamedTuple):
    """A number of activities of one kind and direction on one day."""

    occurred_on: date
    kind: Kind
    direction: Direction
    number: int


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """A day on which the RVI changes, from `before` to `after`, and the activities that left and entered the window."""

    before: Score
    after: Score
    left_window: ActivityCounts
    entered_window: ActivityCounts

    @property
    def on(self) -> date:
        return self.after.day

    @property
    def ours(self) -> Change:
        return self.causes(Side.OURS)

    @property
    def theirs(self) -> Change:
        return self.causes(Side.THEIRS)

    def causes(self, side: Side) -> Change:
        """Return the causes of the change for one side."""
        return explain_change(self.before, self.after, side, rolled_out=self.left_window, new=self.entered_window)


def expiry_day(day: date) -> date:
    """Return the first day on which a row of `day` is outside the twelve months."""
    anniversary = add_months(day, WINDOW_MONTHS)
    # 29 February + 12 months is 28 February, whose window begins after 28 February: the row is still inside.
    return anniversary if window_start(anniversary) >= day else anniversary + timedelta(days=1)


def forecast_path(
    now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating] = ()
) -> tuple[ForecastPoint, ...]:
    """Return every day after `now.day` and up to `until` on which either side's RVI changes, in order.

    `rows` must include those that leave the window by `until` and those planned until then; others are ignored.
    `ratings` must be complete if any is dated after `now.day`; without them trust stays the same.
    """
    return tuple(_iterate_points(now, rows, until, ratings))


def visible_points(steps: Sequence[ForecastPoint]) -> tuple[ForecastPoint, ...]:
    """Return the points after which a side's shown (two-decimal) RVI differs."""
    return tuple(step for step in steps if any(step.before.view(s).rvi != step.after.view(s).rvi for s in Side))


def _iterate_points(
    now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating]
) -> Iterator[ForecastPoint]:
    """Iterate over the path lazily, for callers that need only its beginning."""
    before = _with_start(now, rows, until)
    for day in sorted(_turning_days(before, rows, until, ratings)):
        after, left, entered = _advance_to(before, rows, day, ratings)
        if any(before.view(side).exact != after.view(side).exact for side in Side):
            yield ForecastPoint(before, after, left, entered)
            before = after


def scores_ahead(
    now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating] = ()
) -> Iterator[Score]:
    """Iterate over the scores of all days after `now.day` and up to `until` whose total, months or trust may change.

    This includes days on which the RVI stays the same but the activities needed for a band do not.
    """
    before = _with_start(now, rows, until)
    for day in sorted(_turning_days(before, rows, until, ratings)):
        before = _advance_to(before, rows, day, ratings)[0]
        yield before


def find_first_fall(
    now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating] = ()
) -> ForecastPoint | None:
    """Return the first point at which our band is below today's, or None. Provisional days don't count."""
    if now.provisional or now.ours.band in (None, Band.WEAK):
        return None
    if minimum_bands(now, rows, until, ratings)[0] == now.ours.band:
        return None
    return find_next_fall(now, _iterate_points(now, rows, until, ratings), Side.OURS)


def minimum_bands(
    now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating]
) -> tuple[Band | None, Band | None]:
    """Return for each side, ours first, a lower bound of its band on every day up to `until`, at most today's band.
    None without an RVI. Much faster than the full path.

    The bound assumes that everything leaves at once and the months are at their maximum. With a rating dated ahead the
    bound is the lowest band.
    """
    if ratings:
        return now.ours.band and Band.WEAK, now.theirs.band and Band.WEAK
    ours = theirs = 0
    for on, _, direction, number in rows:
        if on <= now.day:
            ours += number if direction != _OUT else 0
            theirs += number if direction != _IN else 0
    months = now.months
    if months < WINDOW_MONTHS:
        months = min(age_in_months(min(now.facts.start, now.day), until), WINDOW_MONTHS)
    if not (ours or theirs) and months == now.months:
        return now.ours.band, now.theirs.band
    return (
        read_rvi(max(0, now.ours.total - ours), months, now.ours.trust.level)[2],
        read_rvi(max(0, now.theirs.total - theirs), months, now.theirs.trust.level)[2],
    )


def find_next_fall(now: Score, steps: Iterable[ForecastPoint], side: Side) -> ForecastPoint | None:
    """Return the first of these points at which a side's band is below today's, or None; see `find_first_fall`."""
    today = now.view(side).band
    if today in (None, Band.WEAK) or now.provisional:
        return None
    for step in steps:
        band = step.after.view(side).band
        if band and today and BAND_ORDER.index(band) < BAND_ORDER.index(today):
            return step
    return None


def _turning_days(now: Score, rows: Sequence[DatedCount], until: date, ratings: Sequence[Rating]) -> set[date]:
    days = (
        {expiry_day(row.occurred_on) for row in rows}
        | {row.occurred_on for row in rows}
        | {rating.rated_on for rating in ratings}
    )
    days |= set(_anniversaries(now.facts.start, now.day, until))
    return {day for day in days if now.day < day <= until}


def _anniversaries(start: date, day: date, until: date) -> Iterator[date]:
    """Return the days on which the age in months grows."""
    for months in range(age_in_months(start, day), WINDOW_MONTHS):
        turn = add_months(start, months) + timedelta(days=1)
        if turn > until:
            return
        yield turn


def score_at(now: Score, rows: Sequence[DatedCount], day: date, ratings: Sequence[Rating] = ()) -> Score:
    """Return the score on a later day with no new activity. The day of `now` returns `now`."""
    return _advance_to(_with_start(now, rows, day), rows, day, ratings)[0] if day > now.day else now


def _with_start(now: Score, rows: Sequence[DatedCount], until: date) -> Score:
    """Set the start from the first activity, planned ones included. Before that day the age is one month either way."""
    planned = [row.occurred_on for row in rows if now.day < row.occurred_on <= until]
    return score_partner(replace(now.facts, start=min(planned))) if planned and min(planned) < now.facts.start else now


def _advance_to(
    before: Score, rows: Sequence[DatedCount], day: date, ratings: Sequence[Rating]
) -> tuple[Score, ActivityCounts, ActivityCounts]:
    """Return the score on a later day, after what left and entered the window by then."""
    after_start, before_start = window_start(day), window_start(before.day)
    left = count_rows([row for row in rows if before_start < row.occurred_on <= min(after_start, before.day)])
    entered = count_rows([row for row in rows if max(before.day, after_start) < row.occurred_on <= day])
    trust = trust_on(ratings, day) if ratings else before.facts.trust
    tally = before.facts.tally.moved(gone=left, come=entered)
    return score_partner(replace(before.facts, day=day, tally=tally, trust=trust)), left, entered


def count_rows(rows: Iterable[DatedCount]) -> ActivityCounts:
    """Return the sums of some rows."""
    counts: dict[tuple[Kind, Direction], int] = {}
    for row in rows:
        counts[row.kind, row.direction] = counts.get((row.kind, row.direction), 0) + row.number
    return ActivityCounts(counts)
