"""An amount in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import UsageError, read_money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("£5,000", "GBP", 500_000),
        ("5k", "GBP", 500_000),
        ("5 K", "GBP", 500_000),
        ("£1.2m", "GBP", 120_000_000),
        ("1.250k", "GBP", 125_000),
        ("5000", "GBP", 500_000),
        ("gbp 200", "GBP", 20_000),
        ("200GBP", "GBP", 20_000),
        ("EUR 200", "EUR", 20_000),
        ("5.000,50 €", "EUR", 500_050),
        ("5.000.000 €", "EUR", 500_000_000),
        ("1 000,50", "EUR", 100_050),
        ("1'000.50", "CHF", 100_050),
        ("5,00,000", "INR", 50_000_000),
        ("1,234,567", "GBP", 123_456_700),
        ("1,234,567.89", "GBP", 123_456_789),
        ("1 234 567", "GBP", 123_456_700),
        ("1,234.567", "KWD", 1_234_567),
        ("1,5", "GBP", 150),
        (".50", "GBP", 50),
        ("5.0000", "GBP", 500),
        ("0", "GBP", 0),
        ("$5", "USD", 500),
        ("US$5", "USD", 500),
        ("$5", "CAD", 500),
        ("$5", "SGD", 500),
        ("A$5", "AUD", 500),
        ("500 kr", "SEK", 50_000),
        ("5kr", "SEK", 500),
        ("5k kr", "SEK", 500_000),
        ("¥500", "JPY", 500),
        ("1.125", "KWD", 1_125),
        ("10000000000", "GBP", 10**12),
    ],
)
def test_an_amount_is_read_into_minor_units(text: str, currency: str, minor: int) -> None:
    """Signs, codes, either decimal mark, k and m; the digits of the currency."""
    assert read_money(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("", "GBP", "no amount here"),
        ("abc", "GBP", "could not read"),
        ("£", "GBP", "could not read"),
        ("1e5", "GBP", "could not read"),
        ("5-6", "GBP", "could not read"),
        ("007", "GBP", "could not read"),
        ("1.2.3", "GBP", "could not read"),
        ("9" * 2000, "GBP", "could not read"),
        ("€200", "GBP", "keeps this workspace's money in GBP; I read “€200”"),
        ("200 eur", "GBP", "in GBP"),
        ("PLN 5", "GBP", "in GBP"),
        ("$5", "GBP", "in GBP"),
        ("US$5", "CAD", "in CAD"),
        ("-5", "GBP", "below zero"),
        ("-£5", "GBP", "below zero"),
        ("£−5", "GBP", "below zero"),
        ("10000000000.01", "GBP", "too large"),
        ("9" * 50, "GBP", "too large"),
        ("5.125", "GBP", "5125 or 5 point 125"),
        ("1,250k", "GBP", "could be"),
        ("0.125", "GBP", "at most 2 digits"),
        ("1,234.567", "GBP", "at most 2 digits"),
        ("1.234,567", "GBP", "at most 2 digits"),
        ("5.1234", "GBP", "at most 2 digits"),
        ("0.000001k", "GBP", "at most 2 digits"),
        ("1." + "0" * 40 + "1", "GBP", "at most 2 digits"),
        ("5.5", "JPY", "no digits after the point"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, why: str) -> None:
    """Nothing is rounded or guessed, and a workspace has one currency."""
    with pytest.raises(UsageError, match=why):
        read_money(text, currency)


@given(minor=st.integers(0, 10**12))
def test_an_amount_written_out_is_read_back(minor: int) -> None:
    """With and without thousands, point or comma."""
    english = f"{minor // 100:,}.{minor % 100:02}"
    other = english.translate(str.maketrans(",.", ".,"))
    for text in (f"£{english}", english.replace(",", ""), f"{other} GBP"):
        assert read_money(text, "GBP") == minor


@given(
    text=st.text(max_size=80) | st.text("0123456789.,' kKmM£€$-eurGBP", max_size=20),
    currency=st.sampled_from(["GBP", "EUR", "USD", "JPY", "KWD", "SEK"]),
)
def test_any_text_is_an_amount_or_a_usage_error(text: str, currency: str) -> None:
    """Nothing else comes out."""
    with suppress(UsageError):
        assert 0 <= read_money(text, currency) <= 10**12
