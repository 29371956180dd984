"""A partner's place among the others."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.counts import ActivityCounts
from scoring.portfolio import is_paper, is_producing, top_shares
from scoring.rvi import Facts, Score, score_partner
from scoring.trust import Trust
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side

DAY = date(2026, 6, 1)
NOBODY = {Side.OURS: Trust(None), Side.THEIRS: Trust(None)}


def partner(counts: dict[tuple[Kind, Direction], int], *, won: int = 0, start: date = date(2020, 1, 1)) -> Score:
    return score_partner(Facts(DAY, start, ActivityCounts(counts), NOBODY, value_won=won))


@pytest.mark.parametrize("kind", COUNTING_KINDS)
@pytest.mark.parametrize("way", Direction)
def test_only_a_referral_to_us_makes_a_partner_producing(kind: Kind, way: Direction) -> None:
    wanted = way == Direction.IN and kind in (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL)
    assert is_producing(partner({(kind, way): 3})) is wanted


def test_value_won_alone_makes_a_partner_producing() -> None:
    assert is_producing(partner({}, won=1))
    assert not is_producing(partner({}))


@pytest.mark.parametrize(
    ("start", "paper"),
    [
        (date(2020, 1, 1), True),
        (date(2025, 11, 30), True),  # the seventh month began
        (date(2025, 12, 1), False),
        (date(2026, 5, 31), False),
        (date(2027, 1, 1), False),
    ],
)
def test_a_paper_partner_is_six_months_old_with_nothing_done(start: date, paper: bool) -> None:
    assert is_paper(partner({}, start=start), planned=False) is paper


def test_a_referral_that_came_to_nothing_is_no_production() -> None:
    counts = {(Kind.REFERRAL, Direction.IN): 2, (Kind.STRATEGIC_REFERRAL, Direction.IN): 1}
    facts = Facts(DAY, date(2020, 1, 1), ActivityCounts(counts), NOBODY)
    assert [is_producing(score_partner(replace(facts, failed=failed))) for failed in range(4)] == [
        True,
        True,
        True,
        False,
    ]
    assert is_producing(score_partner(replace(facts, failed=3, value_won=1)))


def test_what_is_planned_and_what_nobody_could_know_is_not_paper() -> None:
    assert not is_paper(partner({}), planned=True)
    assert not is_paper(partner({}), planned=False, told=False)


@pytest.mark.parametrize("kind", COUNTING_KINDS)
@pytest.mark.parametrize("way", Direction)
def test_anything_that_counts_is_more_than_paper(kind: Kind, way: Direction) -> None:
    assert not is_paper(partner({(kind, way): 1}), planned=False)


def test_value_won_is_more_than_paper() -> None:
    assert not is_paper(partner({}, won=1), planned=False)


@pytest.mark.parametrize(
    ("values", "places", "share"),
    [
        ([], 1, None),
        ([0, 0], 1, None),
        ([5], 1, Fraction(1)),
        ([1, 6, 3], 1, Fraction(6, 10)),
        ([10, 40, 20, 30], 3, Fraction(9, 10)),
        ([2, 2], 3, Fraction(1)),
    ],
)
def test_the_share_of_the_largest(values: list[int], places: int, share: Fraction | None) -> None:
    assert top_shares(values, places) == share


@given(st.lists(st.integers(0, 10**12), max_size=9))
def test_more_places_bring_no_less_and_all_bring_all(values: list[int]) -> None:
    shares = [top_shares(values, places) for places in range(1, len(values) + 1)]
    if sum(values):
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert shares[0] == Fraction(max(values), sum(values))
    else:
        assert set(shares) <= {None}
