"""What more activity would achieve: the fewest activities to reach or hold a band, one more of a kind, one more point
of trust.

    fewest = ceil(target × months / trust) − sum

A band is judged by the shown RVI. *Growing* begins just above 2, so its target is the least value above 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil, floor

from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.forecast import DatedCount, score_at, scores_ahead
from scoring.months import window_start
from scoring.rvi import Score, score_partner
from scoring.trust import MAX_LEVEL, Rating, Trust
from scoring.vocabulary import BAND_ORDER, COUNTING_KINDS, Band, Direction, Kind, Side

BAND_STARTS = {Band.WEAK: 0, Band.GOOD: 1, Band.GROWING: 2, Band.STRONG: 3}
"""The RVI at which a band begins. *Growing* begins above it."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one side needs for a band on a future day.

    `reach` is the fewest further activities for that day, `hold` for every day up to it. `falls_short_on` is the first
    day below the band with no new activity, and `first` is what that day takes.
    """

    band: Band
    by: date
    reach: int
    hold: int
    falls_short_on: date | None
    first: int


def with_more(now: Score, number: int, kind: Kind, direction: Direction, on: date | None = None) -> Score:
    """Return the score of the same day with that much more activity of a kind, dated `on` (default: the score's own
    day). An attempt changes nothing.
    """
    if kind == Kind.ATTEMPT:
        return now
    on, facts = on or now.day, now.facts
    counts = kind in COUNTING_KINDS
    in_sum = counts and window_start(now.day) < on <= now.day
    added = ActivityCounts({(kind, direction): number}) if in_sum else NO_ACTIVITY
    start = min(facts.start, on) if counts else facts.start  # a talk before the partnership does not begin it
    last_touch_on = max(facts.last_touch_on or on, on) if on <= now.day else facts.last_touch_on
    tally = facts.tally.moved(gone=NO_ACTIVITY, come=added)
    return score_partner(replace(facts, tally=tally, start=start, last_touch_on=last_touch_on))


def with_trust(now: Score, side: Side, points: int = 1) -> Score | None:
    """Return the score with trust some points higher on a side. None if it is unrated or at the maximum.

    Their trust follows ours while it is only estimated.
    """
    trust = now.view(side).trust
    if trust.level is None or trust.level >= MAX_LEVEL or (side == Side.THEIRS and trust.estimated):
        return None
    level = min(trust.level + points, Fraction(MAX_LEVEL))
    levels = {s: _raise_trust(now.view(s).trust, level, s == side) for s in Side}
    return score_partner(replace(now.facts, trust=levels))


def _raise_trust(trust: Trust, level: Fraction, is_it: bool) -> Trust:
    return replace(trust, level=level) if is_it or trust.estimated else trust


def min_activities(now: Score, side: Side, band: Band) -> int | None:
    """Return the fewest further activities that bring a side's RVI to at least `band`. None without trust."""
    view = now.view(side)
    if view.trust.level is None:
        return None
    exact = BAND_STARTS[band] * now.months / view.trust.level
    target = floor(exact) + 1 if band == Band.GROWING else ceil(exact)
    return max(0, target - view.total)


def find_need(
    now: Score, rows: Sequence[DatedCount], by: date, ratings: Sequence[Rating], side: Side, band: Band
) -> Need | None:
    """Return what it takes to be in a band by a day less than twelve months ahead, so that an activity of today still
    counts then.

    `rows` and `ratings` are as for `forecast_path`. None if the side's trust is unrated.
    """
    # The activities would start the partnership if it has not begun.
    now = score_partner(replace(now.facts, start=min(now.facts.start, now.day)))
    days = [now, *scores_ahead(now, rows, by, ratings), score_at(now, rows, by, ratings)]
    needs = [(score.day, min_activities(score, side, band)) for score in days]
    known_needs = [(day, number) for day, number in needs if number is not None]
    if len(known_needs) < len(needs):
        return None
    short_on, first = next(((day, number) for day, number in known_needs if number), (None, 0))
    return Need(band, by, known_needs[-1][1], max(number for _, number in known_needs), short_on, first)


def next_band(now: Score, side: Side) -> Band | None:
    """Return the next higher band. None if there is none, or no RVI."""
    band = now.view(side).band
    return None if band in (None, BAND_ORDER[-1]) else BAND_ORDER[BAND_ORDER.index(band) + 1]
