"""Give and take: who does more for whom. Joint work hides it and money is not a give."""

from enum import StrEnum
from fractions import Fraction

from scoring.counts import ActivityCounts
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind

MIN_ACTIVITIES = 4
TAKE_THRESHOLD = Fraction(8, 10)
GIVE_THRESHOLD = Fraction(2, 10)
_IN, _OUT = Direction.IN, Direction.OUT


class Lopsided(StrEnum):
    """Which side takes without return."""

    THEY_TAKE = "they_take"
    WE_TAKE = "we_take"


def give_share(tally: ActivityCounts) -> Fraction | None:
    """What we did for them as a share of all that was done one way; None where nothing was."""
    given, taken = tally.towards(Direction.OUT), tally.towards(Direction.IN)
    return Fraction(given, given + taken) if given + taken else None


def find_lopsided(tally: ActivityCounts) -> Lopsided | None:
    """Whether one side takes without return; too little to judge is no."""
    given = taken = 0
    for (_, way), number in tally.counts.items():
        if way == _OUT:
            given += number
        elif way == _IN:
            taken += number
    return judge_balance(given, taken)


def judge_balance(given: int, taken: int) -> Lopsided | None:
    """The same of what was given and what was taken."""
    both = given + taken
    if both < MIN_ACTIVITIES:
        return None
    if given * TAKE_THRESHOLD.denominator >= both * TAKE_THRESHOLD.numerator:
        return Lopsided.THEY_TAKE
    return Lopsided.WE_TAKE if given * GIVE_THRESHOLD.denominator <= both * GIVE_THRESHOLD.numerator else None


def least_given_kind(tally: ActivityCounts) -> Kind:
    """The kind of thing we have done least for them, as something to offer next."""
    return min(COUNTING_KINDS, key=lambda kind: tally.of((kind,), Direction.OUT))
