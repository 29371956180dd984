"""The only place where exact numbers are rounded to the two decimals that people see."""

from decimal import Decimal
from fractions import Fraction


def round_half_up(exact: Fraction) -> Decimal:
    """Round `exact` half up (away from zero) to two places, without using a float."""
    scaled, rest = divmod(abs(exact.numerator) * 100, exact.denominator)
    hundredths = scaled + (2 * rest >= exact.denominator)
    return Decimal(hundredths if exact >= 0 else -hundredths).scaleb(-2)
