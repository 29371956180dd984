"""The Relationship Value Index: our reading of the article's formula.

    RVI = (referrals + online collaborations + events + cross-promotions + strategic referrals)
          / months × trust

over the twelve months `(day − 12 months, day]`, with the partner's age in months, up to 12. The article defines the
variables and the bands, but its image of the formula is lost, so this is our reading of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from scoring.counts import ActivityCounts
from scoring.months import WINDOW_MONTHS, add_months, age_in_months
from scoring.rounding import round_half_up
from scoring.trust import Trust
from scoring.vocabulary import Band, Kind, Side

PROVISIONAL_MONTHS = 3
_OURS, _THEIRS = Side.OURS, Side.THEIRS


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about a partner by `day` that its score depends on.

    `start` is the earlier of the stated start and the first counting activity. `tally` covers the twelve months that
    end with `day`. Money is in minor units over the same months; `cost` is None if none was recorded. `wins` counts
    their referrals won in that time; `failed` counts those made in that time and declined or lost by `day`.
    """

    day: date
    start: date
    tally: ActivityCounts
    trust: Mapping[Side, Trust]
    last_touch_on: date | None = None
    value_won: int = 0
    cost: int | None = None
    wins: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class RviView:
    """The RVI from one side: `total` / `months` × trust. `exact`, `rvi` and `band` are None without a trust rating; so
    is `literal`, the same formula over the partnership's full age.
    """

    side: Side
    tally: ActivityCounts
    total: int
    age_months: int
    trust: Trust
    exact: Fraction | None
    rvi: Decimal | None
    band: Band | None

    @property
    def totals(self) -> Mapping[Kind, int]:
        """The parts of the total, including zeros."""
        return self.tally.kinds(self.side)

    @property
    def literal(self) -> Decimal | None:
        exact = exact_rvi(self.total, self.age_months, self.trust.level)
        return None if exact is None else round_half_up(exact)


@dataclass(frozen=True, slots=True)
class Score:
    """A partner's numbers on a day, from both sides."""

    facts: Facts
    age_months: int
    months: int
    provisional: bool
    ours: RviView
    theirs: RviView
    quiet_days: int

    @property
    def day(self) -> date:
        return self.facts.day

    @property
    def speaks_on(self) -> date:
        """The first day on which the score is no longer provisional."""
        return provisional_until(self.facts.start) + timedelta(days=1)

    def view(self, side: Side) -> RviView:
        return self.ours if side == Side.OURS else self.theirs


def provisional_until(start: date) -> date:
    """Return the last day on which it is too early to judge the RVI."""
    return add_months(start, PROVISIONAL_MONTHS)


def is_provisional(age_months: int) -> bool:
    """Return whether a partnership of this age is in its first three months."""
    return age_months <= PROVISIONAL_MONTHS


def band_of(rvi: Decimal) -> Band:
    """Return the band of a shown RVI: [0,1) weak · [1,2] good · (2,3) growing · [3,∞) strong."""
    if rvi < 1:
        return Band.WEAK
    if rvi <= 2:
        return Band.GOOD
    return Band.GROWING if rvi < 3 else Band.STRONG


def exact_rvi(total: int, months: int, level: Fraction | None) -> Fraction | None:
    """Return the exact RVI by the formula, or None without trust."""
    return None if level is None else Fraction(total * level.numerator, months * level.denominator)


def score_partner(facts: Facts) -> Score:
    """Return a partner's score on a day."""
    age = age_in_months(facts.start, facts.day)
    months = min(age, WINDOW_MONTHS)
    ours, theirs = facts.tally.totals()
    return Score(
        facts=facts,
        age_months=age,
        months=months,
        provisional=is_provisional(age),
        ours=_build_view(facts, _OURS, ours, months, age),
        theirs=_build_view(facts, _THEIRS, theirs, months, age),
        quiet_days=max(0, (facts.day - (facts.last_touch_on or facts.start)).days),
    )


def _build_view(facts: Facts, side: Side, total: int, months: int, age: int) -> RviView:
    trust = facts.trust[side]
    return RviView(side, facts.tally, total, age, trust, *read_rvi(total, months, trust.level))


def read_rvi(total: int, months: int, level: Fraction | None) -> tuple[Fraction | None, Decimal | None, Band | None]:
    """Return the exact RVI, the shown RVI and its band; all None without trust."""
    return (None, None, None) if level is None else _exact_reading(total * level.numerator, months * level.denominator)


# Cached, since many partners share these values.
@lru_cache(maxsize=1 << 14)
def _exact_reading(numerator: int, denominator: int) -> tuple[Fraction, Decimal, Band]:
    exact = Fraction(numerator, denominator)
    shown = round_half_up(exact)
    return exact, shown, band_of(shown)
