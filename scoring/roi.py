"""Return on what a partnership costs us."""

from fractions import Fraction


def roi(value_won: int, cost: int | None) -> Fraction | None:
    """(value − cost) / cost, both in minor units over the same months; None where no cost is known."""
    return Fraction(value_won - cost, cost) if cost else None
