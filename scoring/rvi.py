"""The Relationship Value Index: our reading of the article's formula.

    RVI = (referrals + online collaborations + events + cross-promotions + strategic referrals)
          / months × trust

over the twelve months `(day − 12 months, day]`, for a partner's age in months up to 12. The article
gives the variables and the bands; its picture of the formula is lost, so this is our reading of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from scoring.counts import Tally
from scoring.months import WINDOW_MONTHS, age_in_months
from scoring.rounding import two_places
from scoring.trust import Trust
from scoring.vocabulary import Band, Kind, Side

PROVISIONAL_MONTHS = 3
_OURS, _THEIRS = Side.OURS, Side.THEIRS


@dataclass(frozen=True, slots=True)
class Facts:
    """What had happened between us and a partner by `day`: all that its score is made from.

    `start` is the earlier of the stated start and the first activity, `tally` the twelve months
    that end with `day`. Money is in minor units, over the same twelve months; `cost` is None where
    none was recorded.
    """

    day: date
    start: date
    tally: Tally
    trust: Mapping[Side, Trust]
    last_touch_on: date | None = None
    value_won: int = 0
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The RVI from one side: `total` over `months` × trust. `exact`, `rvi` and `band` are None where nobody has rated
    trust; so is `literal`, the same over the partnership's full age."""

    side: Side
    tally: Tally
    total: int
    age_months: int
    trust: Trust
    exact: Fraction | None
    rvi: Decimal | None
    band: Band | None

    @property
    def totals(self) -> Mapping[Kind, int]:
        """What the total is made of, zeros included."""
        return self.tally.kinds(self.side)

    @property
    def literal(self) -> Decimal | None:
        exact = exact_rvi(self.total, self.age_months, self.trust.level)
        return None if exact is None else two_places(exact)


@dataclass(frozen=True, slots=True)
class Score:
    """A partner's numbers on a day, from both sides."""

    facts: Facts
    age_months: int
    months: int
    provisional: bool
    ours: View
    theirs: View
    quiet_days: int

    @property
    def day(self) -> date:
        return self.facts.day

    def view(self, side: Side) -> View:
        return self.ours if side == Side.OURS else self.theirs


def band_of(rvi: Decimal) -> Band:
    """The band of an RVI as it is shown: [0,1) weak · [1,2] good · (2,3) growing · [3,∞) strong."""
    if rvi < 1:
        return Band.WEAK
    if rvi <= 2:
        return Band.GOOD
    return Band.GROWING if rvi < 3 else Band.STRONG


def exact_rvi(total: int, months: int, level: Fraction | None) -> Fraction | None:
    """The formula itself; None without trust."""
    return None if level is None else Fraction(total * level.numerator, months * level.denominator)


def score(facts: Facts) -> Score:
    """Everything the RVI says of a partner on a day."""
    age = age_in_months(facts.start, facts.day)
    months = min(age, WINDOW_MONTHS)
    ours, theirs = facts.tally.totals()
    return Score(
        facts=facts,
        age_months=age,
        months=months,
        provisional=age < PROVISIONAL_MONTHS,
        ours=_view(facts, _OURS, ours, months, age),
        theirs=_view(facts, _THEIRS, theirs, months, age),
        quiet_days=max(0, (facts.day - (facts.last_touch_on or facts.start)).days),
    )


def _view(facts: Facts, side: Side, total: int, months: int, age: int) -> View:
    trust = facts.trust[side]
    return View(side, facts.tally, total, age, trust, *reading(total, months, trust.level))


def reading(total: int, months: int, level: Fraction | None) -> tuple[Fraction | None, Decimal | None, Band | None]:
    """The exact RVI, as it is shown, and its band; all None without trust."""
    return (None, None, None) if level is None else _read(total * level.numerator, months * level.denominator)


# Many partners are alike in these two; the answer is the same for ever.
@lru_cache(maxsize=1 << 14)
def _read(numerator: int, denominator: int) -> tuple[Fraction, Decimal, Band]:
    exact = Fraction(numerator, denominator)
    shown = two_places(exact)
    return exact, shown, band_of(shown)
