"""Trust of each side in the other, from the ratings given by a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from scoring.vocabulary import Side

STALE_DAYS = 180
MAX_LEVEL = 5
NOBODY = ""
"""The rater of an imported rating whose file names none."""
_OURS, _THEIRS = Side.OURS, Side.THEIRS


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's rating of one side. `order` decides between ratings of the same day.

    `rater` is empty if an import named none.
    """

    side: Side
    rater: str
    level: int
    rated_on: date
    order: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust of one side on a day: `level` 1–5 (halves possible) is the median of `raters`, or None without a rating.

    `estimated`: their trust is assumed equal to ours, as they have not rated. `stale`: the latest rating, of
    `rated_on`, is older than 180 days; it still counts.
    """

    level: Fraction | None
    rated_on: date | None = None
    estimated: bool = False
    stale: bool = False
    raters: int = 0


NO_TRUST = Trust(None)


def trust_on(ratings: Iterable[Rating], day: date) -> dict[Side, Trust]:
    """Return both sides' trust on `day`: the median of each rater's latest rating on or before it.

    A rating without a rater counts until a named person rates that side on the same day or later.
    """
    latest: dict[Side, dict[str, Rating]] = {_OURS: {}, _THEIRS: {}}
    for rating in ratings:
        if rating.rated_on > day:
            continue
        by_rater = latest[rating.side]
        previous = by_rater.get(rating.rater)
        if previous is None or (previous.rated_on, previous.order) <= (rating.rated_on, rating.order):
            by_rater[rating.rater] = rating
    ours, theirs = (_side_trust(_counting(by_rater), day) for by_rater in latest.values())
    if theirs.level is None and ours.level is not None:
        theirs = Trust(ours.level, ours.rated_on, True, ours.stale, ours.raters)
    return {_OURS: ours, _THEIRS: theirs}


def _counting(latest: Mapping[str, Rating]) -> Collection[Rating]:
    """Return the latest rating of each rater. An unnamed one counts only until a named person rates."""
    nobody = latest.get(NOBODY)
    if nobody is None or len(latest) == 1:
        return latest.values()
    named = [rating for rater, rating in latest.items() if rater != NOBODY]
    return named if any(rating.rated_on >= nobody.rated_on for rating in named) else latest.values()


def _side_trust(latest: Collection[Rating], day: date) -> Trust:
    if not latest:
        return NO_TRUST
    youngest = max([rating.rated_on for rating in latest])
    levels = sorted([rating.level for rating in latest])
    median = _round_to_half(levels[(len(levels) - 1) // 2] + levels[len(levels) // 2])
    return Trust(median, youngest, stale=(day - youngest).days > STALE_DAYS, raters=len(levels))


@lru_cache(maxsize=4 * MAX_LEVEL)
def _round_to_half(number: int) -> Fraction:
    return Fraction(number, 2)
