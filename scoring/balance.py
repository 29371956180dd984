"""Give and take: who does more for whom. Joint work hides it and money is not a give."""

from enum import StrEnum
from fractions import Fraction

from scoring.counts import Tally
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind

ENOUGH_TO_JUDGE = 4
TAKING = Fraction(8, 10)
GIVING = Fraction(2, 10)
_IN, _OUT = Direction.IN, Direction.OUT


class Lopsided(StrEnum):
    """Which side takes without return."""

    THEY_TAKE = "they_take"
    WE_TAKE = "we_take"


def give_share(tally: Tally) -> Fraction | None:
    """What we did for them as a share of all that was done one way; None where nothing was."""
    given, taken = tally.towards(Direction.OUT), tally.towards(Direction.IN)
    return Fraction(given, given + taken) if given + taken else None


def lopsided(tally: Tally) -> Lopsided | None:
    """Whether one side takes without return; too little to judge is no."""
    given = taken = 0
    for (_, way), number in tally.counts.items():
        if way == _OUT:
            given += number
        elif way == _IN:
            taken += number
    return judged(given, taken)


def judged(given: int, taken: int) -> Lopsided | None:
    """The same of what was given and what was taken."""
    both = given + taken
    if both < ENOUGH_TO_JUDGE:
        return None
    if given * TAKING.denominator >= both * TAKING.numerator:
        return Lopsided.THEY_TAKE
    return Lopsided.WE_TAKE if given * GIVING.denominator <= both * GIVING.numerator else None


def least_given(tally: Tally) -> Kind:
    """The kind of thing we have done least for them, as something to offer next."""
    return min(COUNTING_KINDS, key=lambda kind: tally.of((kind,), Direction.OUT))
