"""What a partnership costs, and what it returns."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.roi import AgreedTerms, return_on_investment, terms_cost, total_cost
from scoring.terms import Terms

money = st.integers(0, 10**12)
rates = st.none() | st.integers(1, 10**7)
shares = st.integers(0, 10_000).map(lambda hundredths: Fraction(hundredths, 10_000))
agreements = st.builds(AgreedTerms, terms=st.none() | st.sampled_from(Terms), retainer=money, fee=money, share=shares)

QUARTER = Fraction(1, 4)


@pytest.mark.parametrize(
    ("won", "spent", "returned"),
    [
        (840_000, 200_000, Fraction(32, 10)),
        (200_000, 200_000, Fraction(0)),
        (0, 200_000, Fraction(-1)),
        (840_000, None, None),
        (840_000, 0, None),
    ],
)
def test_a_return_is_what_is_left_by_the_cost(won: int, spent: int | None, returned: Fraction | None) -> None:
    """Without a cost there is none, never infinity."""
    assert return_on_investment(won, spent) == returned


@given(money, st.none() | money)
def test_a_return_is_never_below_all_lost(won: int, spent: int | None) -> None:
    """And turning it back gives the value won."""
    found = return_on_investment(won, spent)
    assert found is None or (found >= -1 and spent is not None and spent * (1 + found) == won)


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        (None, 0),
        (Terms.NONE, 0),
        (Terms.HOURLY, 0),  # what they bill is recorded as it comes
        (Terms.RETAINER, 600),
        (Terms.RETAINER_AND_SUCCESS, 600 + 2 * 50 + 250),
        (Terms.SUCCESS_ONLY, 2 * 50 + 250),
        (Terms.COMMISSION, 2 * 50 + 250),
    ],
)
def test_terms_cost_what_they_have(terms: Terms | None, paid: int) -> None:
    """£1 a month for six months, 50p a win and a quarter of £10, as far as the terms have them."""
    agreed = AgreedTerms(terms=terms, retainer=100, fee=50, share=QUARTER)
    assert terms_cost(agreed, months=6, wins=2, value_won=1_000) == paid


@given(agreements, st.integers(1, 12), st.integers(0, 100), money)
def test_terms_never_cost_less_for_more_success(agreed: AgreedTerms, months: int, wins: int, won: int) -> None:
    """And nothing in them is negative."""
    before = terms_cost(agreed, months=months, wins=wins, value_won=won)
    after = terms_cost(agreed, months=months, wins=wins + 1, value_won=won + 100)
    assert 0 <= before <= after


@given(money, st.integers(0, 60_000), rates, money)
def test_a_cost_is_the_sum_of_its_parts(spent: int, minutes: int, rate: int | None, terms: int) -> None:
    """Money, time at the hourly rate, and terms; where all of them are nought or unknown there is no cost."""
    whole = total_cost(money=spent, minutes=minutes, hourly_rate=rate, terms=terms)
    time = Fraction(minutes * (rate or 0), 60)
    assert abs((whole or 0) - (spent + terms + time)) <= Fraction(1, 2)
    assert whole is None or whole > 0


@given(st.integers(1, 60_000))
def test_hours_without_a_price_are_no_cost(minutes: int) -> None:
    """Nobody said what they are worth: a dash, and not a free partnership."""
    assert total_cost(money=0, minutes=minutes, hourly_rate=None, terms=0) is None


def test_ninety_minutes_at_eighty_pounds_are_a_hundred_and_twenty() -> None:
    assert total_cost(money=0, minutes=90, hourly_rate=8_000, terms=0) == 12_000
