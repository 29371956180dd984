"""What's in it for them: money alone is no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.motive import is_only_money

ONLY_MONEY = (
    "commission",
    "Commission.",
    "A 10% commission",
    "10 %",
    "10%",
    "a fee",
    "referral fee",
    "Referral fees of £500",
    "they get a cut of 5 percent",
    "20% of the revenue",
    "a share of the profit",
    "Finders' fee for each client",
    "We pay them for every lead",
    "COMMISSION ON SALES",
    "commission, monthly",
    "10% of sales, paid quarterly",
    "5k per won deal and a bonus",
    "a kickback",
    "money",
    "they will get... commission only",
    "success fee + retainer",
    "Rebate / discount",
    "share 50/50 of revenue",
)
# Wordings that the list of words does not know yet.
UNSEEN = ("finder's fee", "They earn 10%", "10 % of the first year", "ten percent", "500 euros per client", "£500")
# Referrals that they get are a reason of their own, and no pay.
REFUSED = ("Referrals", "They get referrals from us")
MORE_THAN_MONEY = (
    "A specialist they can send clients to",
    "A commission, and a specialist their clients can call",
    "They look good in front of their clients",
    "10 % commission plus joint webinars",
    "Fewer complaints",
    "Payroll that works: their clients stop asking",
    "Introductions to banks",
    "Fee earners get a day a month back",
    "Their name on our guides",
    "Reputation",
    "Access to our London office",
    "New skills for their juniors",
)
NOT_ABOUT_MONEY = ("", "   ", "?", "for them", "tbd", "…", "10")


@pytest.mark.parametrize("text", ONLY_MONEY)
def test_row_03_a_text_that_only_speaks_of_pay_is_no_reason(text: str) -> None:
    assert is_only_money(text)
    assert is_only_money(text.upper())
    assert is_only_money(f"  {text}\n")


@pytest.mark.parametrize("text", UNSEEN)
def test_pay_in_other_words(text: str) -> None:
    assert is_only_money(text)


@pytest.mark.parametrize("text", REFUSED)
def test_referrals_to_them_are_a_reason(text: str) -> None:
    assert not is_only_money(text)


@pytest.mark.parametrize("text", MORE_THAN_MONEY)
def test_any_other_reason_is_one_beside_money_too(text: str) -> None:
    assert not is_only_money(text)
    assert not is_only_money(f"{text}, and 10 % commission")


@pytest.mark.parametrize("text", NOT_ABOUT_MONEY)
def test_a_text_without_money_is_not_about_money(text: str) -> None:
    assert not is_only_money(text)


@given(st.lists(st.sampled_from(["commission", "fee", "10%", "of", "the", "sales", "per", "client"]), min_size=1))
def test_words_of_pay_in_any_order_are_no_reason(words: list[str]) -> None:
    assert is_only_money(" ".join(words)) is bool({"commission", "fee", "10%"} & set(words))


@given(st.text(max_size=60))
def test_one_word_of_another_kind_makes_any_text_a_reason(text: str) -> None:
    assert not is_only_money(f"{text} knowledge")
