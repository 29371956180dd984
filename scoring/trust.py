"""How far each side trusts the other, from the ratings given by a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from scoring.vocabulary import Side

STALE_DAYS = 180
MAX_LEVEL = 5
NOBODY = ""
"""The rater of a rating that an import took from a file which names none."""
_OURS, _THEIRS = Side.OURS, Side.THEIRS


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's word on one side. `order` tells later from earlier on the same day.

    An empty `rater` is an import's that named none.
    """

    side: Side
    rater: str
    level: int
    rated_on: date
    order: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """One side's trust on a day: `level` 1–5 (halves possible), the median of `raters`; None where nobody has rated.

    `estimated` marks their trust taken from ours for want of a rating of theirs. `stale` says that
    the youngest rating behind it, given on `rated_on`, is older than 180 days: it still counts.
    """

    level: Fraction | None
    rated_on: date | None = None
    estimated: bool = False
    stale: bool = False
    raters: int = 0


NO_TRUST = Trust(None)


def trust_on(ratings: Iterable[Rating], day: date) -> dict[Side, Trust]:
    """Both sides' trust on `day`: the median of each rater's latest rating on or before it.

    A rating without a rater counts until anybody who has a name rates that side on the same day or later.
    """
    latest: dict[Side, dict[str, Rating]] = {_OURS: {}, _THEIRS: {}}
    for rating in ratings:
        if rating.rated_on > day:
            continue
        of = latest[rating.side]
        held = of.get(rating.rater)
        if held is None or (held.rated_on, held.order) <= (rating.rated_on, rating.order):
            of[rating.rater] = rating
    ours, theirs = (_side_trust(_counting(of), day) for of in latest.values())
    if theirs.level is None and ours.level is not None:
        theirs = replace(ours, estimated=True)
    return {_OURS: ours, _THEIRS: theirs}


def _counting(latest: Mapping[str, Rating]) -> Collection[Rating]:
    """Of each rater's latest ratings those that count: nobody's only while nobody by name has rated since."""
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
