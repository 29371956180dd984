"""Return on investment of a partnership. All money is in minor units, over the same months."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """Agreed payments: a retainer per month, and a fixed fee and a share (0 to 1) of each success."""

    terms: Terms | None = None
    retainer: int = 0
    fee: int = 0
    share: Fraction = Fraction(0)


def terms_cost(agreed: AgreedTerms, *, months: int, wins: int, value_won: int) -> int:
    """Return retainer × months plus fees on what was won, as far as the terms define them. Round half up."""
    if agreed.terms in (None, Terms.HOURLY, Terms.NONE):
        return 0
    retainer = agreed.retainer * months if agreed.terms in (Terms.RETAINER, Terms.RETAINER_AND_SUCCESS) else 0
    if agreed.terms == Terms.RETAINER:
        return retainer
    return retainer + agreed.fee * wins + _round_half_up(value_won * agreed.share)


def total_cost(*, money: int, minutes: int, hourly_rate: int | None, terms: int) -> int | None:
    """Return the total cost of a partnership. None if unknown, for example if hours have no price."""
    time = _round_half_up(Fraction(minutes * hourly_rate, 60)) if hourly_rate else 0
    return money + time + terms or None


def return_on_investment(value_won: int, cost: int | None) -> Fraction | None:
    """Return (value − cost) / cost. None if the cost is unknown or zero."""
    return Fraction(value_won - cost, cost) if cost else None


def _round_half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))
