"""The one place where exact numbers become the two decimals that people see."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def two_places(exact: Fraction) -> Decimal:
    """`exact` rounded half-up (away from zero) to two places, without passing through a float."""
    scaled, rest = divmod(abs(exact.numerator) * 100, exact.denominator)
    hundredths = scaled + (2 * rest >= exact.denominator)
    return (Decimal(hundredths if exact >= 0 else -hundredths) / 100).quantize(CENT, ROUND_HALF_UP)
