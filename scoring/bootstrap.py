"""How sure a share is: intervals from resampled partners.

Months of one partner resemble each other, so whole partners are drawn, with replacement. The draws are seeded: the same
ledger always gives the same interval.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from operator import mul
from random import Random

ROUNDS = 1_000
SEED = 20_010
TAIL = 0.025
Z = 1.96
_DIGIT_BITS = 64
_DIGIT = (1 << _DIGIT_BITS) - 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


class Resamples:
    """How often each partner is drawn, in each of a thousand rounds."""

    def __init__(self, partners: int, rounds: int = ROUNDS, seed: int = SEED) -> None:
        chance, places = Random(seed), range(partners)
        drawn = (Counter(chance.choices(places, k=partners)) for _ in range(rounds)) if partners else ()
        self._weights = [[counts[place] for place in places] for counts in drawn]

    def share(self, hits: Sequence[int], cases: Sequence[int]) -> Estimate | None:
        """Return hits / cases, both given by partner; None without a case."""
        if not sum(cases):
            return None
        value = sum(hits) / sum(cases)
        low, high = _middle([hit / of for hit, of in self._sums(hits, cases) if of] or [value])
        if low == high:  # every draw agrees, where partners are few or alike: the interval of that many alike
            low, high = _wilson(value, sum(1 for number in cases if number))
        return Estimate(value, low, high)

    def difference(
        self, ours: tuple[Sequence[int], Sequence[int]], theirs: tuple[Sequence[int], Sequence[int]]
    ) -> Estimate | None:
        """Return one share (hits, cases) minus another of the same partners."""
        if not sum(ours[1]) or not sum(theirs[1]):
            return None
        value = sum(ours[0]) / sum(ours[1]) - sum(theirs[0]) / sum(theirs[1])
        drawn = [hit / of - other / others for hit, of, other, others in self._sums(*ours, *theirs) if of and others]
        return Estimate(value, *_middle(drawn or [value]))

    def median(self, values: Sequence[Sequence[int]]) -> Estimate | None:
        """Return the median of all values, given by partner."""
        pairs = sorted((value, place) for place, own in enumerate(values) for value in own)
        if not pairs:
            return None
        drawn = [median for weights in self._weights if (median := _median(pairs, weights)) is not None]
        value = _median(pairs, [1] * len(values))
        assert value is not None  # there are values, each weighing 1
        return Estimate(value, *_middle(drawn or [value]))

    def _sums(self, *columns: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Yield each round's sums of the columns. They are added side by side, as the digits of one large number."""
        shifts = [place * _DIGIT_BITS for place in range(len(columns))]
        rows = [
            sum(number << shift for number, shift in zip(row, shifts, strict=True))
            for row in zip(*columns, strict=True)
        ]
        for weights in self._weights:
            total = sum(map(mul, weights, rows))
            yield tuple(total >> shift & _DIGIT for shift in shifts)


def _median(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> float | None:
    """Return the lower median of sorted (value, place) pairs, each as often as its place weighs."""
    sums = list(accumulate(weights[place] for _, place in pairs))
    return float(pairs[bisect_left(sums, (sums[-1] + 1) // 2)][0]) if sums[-1] else None


def _middle(drawn: Sequence[float]) -> tuple[float, float]:
    """Return where the middle 95% of the draws begin and end."""
    ordered = sorted(drawn)
    cut = int(len(ordered) * TAIL)
    return ordered[cut], ordered[-1 - cut]


def _wilson(share: float, number: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share among `number` independent cases."""
    square = Z * Z
    middle = (share + square / (2 * number)) / (1 + square / number)
    spread = Z / (1 + square / number) * sqrt(share * (1 - share) / number + square / (4 * number * number))
    return min(share, middle - spread), max(share, middle + spread)
