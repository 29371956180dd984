"""Two places, half-up, once; and the band of what is shown."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.rounding import round_half_up
from scoring.rvi import band_of


@given(st.fractions(min_value=-(10**9), max_value=10**9))
@example(Fraction(5, 1000))
@example(Fraction(-5, 1000))
@example(Fraction(1005, 1000))
@example(Fraction(2675, 1000))
def test_two_places_is_decimal_half_up(exact: Fraction) -> None:
    with localcontext(prec=200):
        wanted = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert round_half_up(exact) == wanted
    assert str(abs(round_half_up(exact))) == str(abs(wanted))


@given(st.integers(-(10**7), 10**7))
def test_a_tie_goes_away_from_zero(halves: int) -> None:
    tie = Fraction(2 * halves + 1, 200)
    assert abs(round_half_up(tie)) == abs(Decimal(2 * halves + 1) / 200) + Decimal("0.005")


def test_zero_is_shown_with_two_places_and_no_sign() -> None:
    assert [str(round_half_up(Fraction(0))), str(round_half_up(Fraction(-1, 1000)))] == ["0.00", "0.00"]


@pytest.mark.parametrize(
    ("exact", "shown", "band"),
    [
        ("0", "0.00", "weak"),
        ("0.99", "0.99", "weak"),
        ("0.994999", "0.99", "weak"),
        ("0.995", "1.00", "good"),
        ("1", "1.00", "good"),
        ("2", "2.00", "good"),
        ("2.004999", "2.00", "good"),
        ("2.005", "2.01", "growing"),
        ("2.01", "2.01", "growing"),
        ("2.994999", "2.99", "growing"),
        ("2.995", "3.00", "strong"),
        ("3", "3.00", "strong"),
        ("400", "400.00", "strong"),
    ],
)
def test_the_band_is_taken_from_what_is_shown(exact: str, shown: str, band: str) -> None:
    rounded = round_half_up(Fraction(exact))
    assert (str(rounded), band_of(rounded)) == (shown, band)
