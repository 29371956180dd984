"""How far each side trusts the other, from the ratings given by a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from scoring.vocabulary import Side

STALE_DAYS = 180
HIGHEST = 5
_OURS, _THEIRS = Side.OURS, Side.THEIRS


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's word on one side. `order` tells later from earlier on the same day."""

    side: Side
    rater: str
    level: int
    rated_on: date
    order: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """One side's trust on a day: `level` 1–5 (halves possible), None where nobody has rated.

    `estimated` marks their trust taken from ours for want of a rating of theirs. `stale` says that
    the youngest rating behind it, given on `rated_on`, is older than 180 days: it still counts.
    """

    level: Fraction | None
    rated_on: date | None = None
    estimated: bool = False
    stale: bool = False


UNRATED = Trust(None)


def trust_on(ratings: Iterable[Rating], day: date) -> dict[Side, Trust]:
    """Both sides' trust on `day`: the median of each rater's latest rating on or before it."""
    latest: dict[Side, dict[str, Rating]] = {_OURS: {}, _THEIRS: {}}
    for rating in ratings:
        if rating.rated_on > day:
            continue
        of = latest[rating.side]
        held = of.get(rating.rater)
        if held is None or (held.rated_on, held.order) <= (rating.rated_on, rating.order):
            of[rating.rater] = rating
    ours, theirs = (_of_side(of.values(), day) for of in latest.values())
    if theirs.level is None and ours.level is not None:
        theirs = Trust(ours.level, ours.rated_on, estimated=True, stale=ours.stale)
    return {_OURS: ours, _THEIRS: theirs}


def _of_side(latest: Collection[Rating], day: date) -> Trust:
    if not latest:
        return UNRATED
    youngest = max([rating.rated_on for rating in latest])
    levels = sorted([rating.level for rating in latest])
    median = _halves(levels[(len(levels) - 1) // 2] + levels[len(levels) // 2])
    return Trust(median, youngest, stale=(day - youngest).days > STALE_DAYS)


@lru_cache(maxsize=4 * HIGHEST)
def _halves(number: int) -> Fraction:
    return Fraction(number, 2)
