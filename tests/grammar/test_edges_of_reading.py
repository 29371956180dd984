"""Where reading begins to refuse, and where it stops: days, money, channels, names that stand further on."""

import pytest

from bot.grammar import CommandContext, PartnerVerb, UsageError, read_money, read_partner
from bot.grammar.errors import quote


@pytest.mark.parametrize("unit", ["day", "days", "week", "weeks", "month", "months"])
def test_a_cost_in_days_or_longer_is_asked_for_in_hours(unit: str, reading: CommandContext) -> None:
    with pytest.raises(UsageError, match="Say hours as 2h"):
        read_partner(f"cost Acme 2 {unit} workshop", reading)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *((f"500 {word}", currency) for word in ("dollars", "bucks") for currency in ("AUD", "CAD", "NZD", "HKD")),
        *(("500 kr", currency) for currency in ("SEK", "NOK", "DKK", "ISK")),
    ],
)
def test_a_word_for_money_is_that_of_the_workspace(text: str, currency: str) -> None:
    assert read_money(text, currency) == (500 if currency == "ISK" else 50_000)


@pytest.mark.parametrize("text", ["link Acme <#C0ABC|acme>", "link <#C0ABC|acme> Acme"])
def test_a_channel_stands_before_or_after_its_partner(text: str, reading: CommandContext) -> None:
    asked = read_partner(text, reading)
    assert (asked.verb, asked.partner, asked.channel) == (PartnerVerb.LINK, "Acme", "C0ABC")


def test_a_list_is_of_all_unless_it_says_otherwise(reading: CommandContext) -> None:
    asked = read_partner("list", reading)
    assert (asked.is_quiet, asked.is_mine, asked.everyone) == (False, False, False)


def test_what_is_shown_is_cut_only_where_it_is_too_long() -> None:
    whole = next(quote("x" * n) for n in range(200, 0, -1) if "…" not in quote("x" * n))
    longest = len(whole) - 2
    assert len(quote("x" * (longest + 1))) == len(whole)
    assert quote("x" * (longest + 1)).endswith("…”")


@pytest.mark.parametrize("code", ["usd", "eur", "chf", "jpy", "cad", "aud", "nzd", "sek", "nok", "dkk"])
def test_a_common_currency_in_small_letters_is_told_as_another_one(code: str) -> None:
    with pytest.raises(UsageError, match="keeps this workspace's money in GBP"):
        read_money(f"200 {code}", "GBP")
