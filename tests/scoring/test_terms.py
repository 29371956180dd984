"""What a deal pays both sides, and when it gives both a reason."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.terms import Deal, Terms, Verdict, evaluate_deal, expected_earnings, judge_deal, success_fee, terms_kind

money = st.integers(0, 10**12)
shares = st.integers(0, 10_000).map(lambda hundredths: Fraction(hundredths, 10_000))
chances = st.fractions(0, 1, max_denominator=1_000)
deals = st.builds(
    Deal,
    hours=st.integers(0, 100_000),
    hourly_rate=money,
    months=st.integers(0, 120),
    retainer=money,
    fee=money,
    fee_share=shares,
    worth=money,
    pays_by_the_hour=st.booleans(),
)


def deal(**figures: object) -> Deal:
    """40 hours at £80; six months of £200, and a quarter of £20,000 on success; unless said otherwise."""
    usual: dict[str, object] = {
        "hours": 40,
        "hourly_rate": 8_000,
        "months": 6,
        "retainer": 20_000,
        "fee_share": Fraction(1, 4),
        "worth": 2_000_000,
    }
    return Deal(**(usual | figures))  # type: ignore[arg-type]


def test_a_low_retainer_with_a_success_fee_taken_apart() -> None:
    """Worked by hand: £3,200 by the hour, £1,200 on failure, £6,200 on success."""
    found = evaluate_deal(deal())
    assert (found.by_the_hour, found.on_failure, found.on_success) == (320_000, 120_000, 620_000)
    assert found.break_even == Fraction(2, 5)
    assert found.upside == Fraction(31, 16)
    assert (found.margin, found.margin_share, found.loss) == (1_380_000, Fraction(69, 100), 120_000)
    assert judge_deal(found) == Verdict.SHARED


@pytest.mark.parametrize(
    ("figures", "judged"),
    [
        ({}, Verdict.SHARED),
        ({"retainer": 0}, Verdict.SHARED),
        ({"fee_share": Fraction(0)}, Verdict.NO_REASON),
        ({"fee_share": Fraction(1, 10)}, Verdict.NO_REASON),  # £3,200 on success is what the hours pay
        ({"fee_share": Fraction(1, 10), "fee": 1}, Verdict.SHARED),
        ({"retainer": 53_334}, Verdict.ALL_OUR_RISK),
        ({"retainer": 53_334, "fee_share": Fraction(0)}, Verdict.PAID_ANYWAY),
        ({"retainer": 0, "fee_share": Fraction(0), "pays_by_the_hour": True}, Verdict.PAID_ANYWAY),
        ({"worth": 0}, Verdict.NOTHING_LEFT),
        ({"fee_share": Fraction(94, 100)}, Verdict.NOTHING_LEFT),
        ({"hours": 0}, Verdict.ALL_OUR_RISK),
    ],
)
def test_what_is_wrong_with_a_deal(figures: dict[str, object], judged: Verdict) -> None:
    """One word for each, the worst first."""
    assert judge_deal(evaluate_deal(deal(**figures))) == judged


@given(deals)
def test_at_the_break_even_the_deal_pays_what_the_hours_pay(made: Deal) -> None:
    """And there is one wherever the deal can pay as much."""
    found = evaluate_deal(made)
    if found.break_even is None:
        assert found.on_success < found.by_the_hour
        return
    assert 0 <= found.break_even <= 1
    ((theirs, _),) = expected_earnings(made, [found.break_even])
    assert theirs == found.by_the_hour or (found.break_even == 0 and theirs > found.by_the_hour)


@given(deals, chances, chances)
def test_the_more_likely_success_is_the_more_they_earn(made: Deal, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    (less, _), (more, _) = expected_earnings(made, [low, high])
    assert less <= more


@given(deals, chances, chances)
def test_what_we_keep_moves_with_the_margin(made: Deal, one: Fraction, other: Fraction) -> None:
    """Success is good for us exactly as far as it is worth more than its fee."""
    low, high = sorted((one, other))
    assume(low < high)
    (_, less), (_, more) = expected_earnings(made, [low, high])
    gain = made.worth - success_fee(made)
    assert (more > less, more == less) == (gain > 0, gain == 0)


@given(deals, st.lists(chances, min_size=1, max_size=11))
def test_both_sides_share_what_success_is_worth(made: Deal, asked: list[Fraction]) -> None:
    """Theirs and ours add up to the worth × the chance, at every chance: nothing is lost on the way."""
    for chance, (theirs, ours) in zip(asked, expected_earnings(made, asked), strict=True):
        assert theirs + ours == made.worth * chance


@given(deals)
def test_the_ends_of_the_curve_are_failure_and_success(made: Deal) -> None:
    found = evaluate_deal(made)
    failure, success = expected_earnings(made, [Fraction(0), Fraction(1)])
    assert failure == (found.on_failure, -found.loss)
    assert success == (found.on_success, found.margin)


@given(deals)
def test_nothing_divides_by_nought(made: Deal) -> None:
    """Without hours there is no multiple, without worth no share; and every deal can be judged."""
    found = evaluate_deal(made)
    assert (found.upside is None) == (found.by_the_hour == 0)
    assert (found.margin_share is None) == (made.worth == 0)
    assert judge_deal(found) in Verdict


@given(deals)
def test_a_deal_that_shares_pays_more_than_the_hours_and_leaves_something(made: Deal) -> None:
    """What the calculator praises is what the article asks for: more than by the hour on success, and a margin."""
    found = evaluate_deal(made)
    if judge_deal(found) == Verdict.SHARED:
        assert found.on_failure < found.by_the_hour < found.on_success < made.worth


@given(money, shares)
def test_a_share_is_rounded_half_up_to_a_whole_minor_unit(worth: int, share: Fraction) -> None:
    fee = success_fee(Deal(hours=1, hourly_rate=1, worth=worth, fee_share=share))
    assert -Fraction(1, 2) < fee - worth * share <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("retainer", "fee", "share", "before", "kind"),
    [
        (1, 0, 0, None, Terms.RETAINER),
        (1, 1, 0, None, Terms.RETAINER_AND_SUCCESS),
        (1, 0, 1, Terms.COMMISSION, Terms.RETAINER_AND_SUCCESS),
        (0, 1, 0, Terms.COMMISSION, Terms.SUCCESS_ONLY),
        (0, 0, 1, Terms.COMMISSION, Terms.COMMISSION),
        (0, 0, 1, Terms.HOURLY, Terms.SUCCESS_ONLY),
        (0, 0, 0, Terms.RETAINER, Terms.HOURLY),
        (0, 0, 0, Terms.NONE, Terms.NONE),
        (0, 0, 0, None, Terms.HOURLY),
    ],
)
def test_the_figures_say_how_they_are_paid(
    retainer: int, fee: int, share: int, before: Terms | None, kind: Terms
) -> None:
    """A share alone stays the commission that it was, and nothing at all is the hours, unless there was no money."""
    assert terms_kind(retainer=retainer, fee=fee, share=Fraction(share), before=before) == kind
