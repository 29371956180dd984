"""Give and take: who does more for whom. Joint work does not count, and neither does money."""

from enum import StrEnum
from fractions import Fraction

from scoring.counts import ActivityCounts
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind

MIN_ACTIVITIES = 4
TAKE_THRESHOLD = Fraction(8, 10)
GIVE_THRESHOLD = Fraction(2, 10)
_IN, _OUT = Direction.IN, Direction.OUT


class Lopsided(StrEnum):
    """The side that takes without giving back."""

    THEY_TAKE = "they_take"
    WE_TAKE = "we_take"


def give_share(tally: ActivityCounts) -> Fraction | None:
    """Return our share (0 to 1) of all one-way activities, or None without any."""
    given, taken = tally.towards(Direction.OUT), tally.towards(Direction.IN)
    return Fraction(given, given + taken) if given + taken else None


def find_lopsided(tally: ActivityCounts) -> Lopsided | None:
    """Return the side that takes without giving back. None if balanced, or with too few activities to judge."""
    given = taken = 0
    for (_, direction), number in tally.counts.items():
        if direction == _OUT:
            given += number
        elif direction == _IN:
            taken += number
    return judge_balance(given, taken)


def judge_balance(given: int, taken: int) -> Lopsided | None:
    """Return which side takes too much, or None if it is balanced or there is too little to judge by."""
    total = given + taken
    if total < MIN_ACTIVITIES:
        return None
    if given * TAKE_THRESHOLD.denominator >= total * TAKE_THRESHOLD.numerator:
        return Lopsided.THEY_TAKE
    return Lopsided.WE_TAKE if given * GIVE_THRESHOLD.denominator <= total * GIVE_THRESHOLD.numerator else None


def least_given_kind(tally: ActivityCounts) -> Kind:
    """Return the kind of activity that we have done least for them, to offer next."""
    return min(COUNTING_KINDS, key=lambda kind: tally.of((kind,), Direction.OUT))
