"""Give and take, and what a partnership returns."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.balance import Lopsided, find_lopsided, give_share, least_given_kind
from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.roi import return_on_investment
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind
from tests.scoring import oracle
from tests.scoring.ledgers import days, rows, tally
from tests.scoring.oracle import Row


def one_way(given_: int, taken: int, joint: int = 0) -> ActivityCounts:
    counts = {
        (Kind.REFERRAL, Direction.OUT): given_,
        (Kind.EVENT, Direction.IN): taken,
        (Kind.EVENT, Direction.JOINT): joint,
    }
    return ActivityCounts({key: number for key, number in counts.items() if number})


@pytest.mark.parametrize(
    ("given_", "taken", "share", "verdict"),
    [
        (0, 0, None, None),
        (3, 0, Fraction(1), None),  # three are too few to judge by
        (0, 3, Fraction(0), None),
        (4, 0, Fraction(1), Lopsided.THEY_TAKE),
        (0, 4, Fraction(0), Lopsided.WE_TAKE),
        (4, 1, Fraction(8, 10), Lopsided.THEY_TAKE),
        (1, 4, Fraction(2, 10), Lopsided.WE_TAKE),
        (3, 1, Fraction(3, 4), None),
        (1, 3, Fraction(1, 4), None),
        (79, 20, Fraction(79, 99), None),
        (20, 79, Fraction(20, 99), None),
        (2, 2, Fraction(1, 2), None),
    ],
)
def test_who_takes_without_return(given_: int, taken: int, share: Fraction | None, verdict: Lopsided | None) -> None:
    for joint in (0, 50):
        found = one_way(given_, taken, joint)
        assert (give_share(found), find_lopsided(found)) == (share, verdict)


@given(rows, days)
def test_the_share_is_of_what_counts_and_was_done_one_way(led: list[Row], day: oracle.date) -> None:
    inside = tally([row for row in led if row.stands(day) and oracle.in_window(row.on, day)])
    assert give_share(inside) == oracle.give_share(led, day)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_verdict_turns_round_with_the_roles(given_: int, taken: int) -> None:
    turned = {None: None, Lopsided.THEY_TAKE: Lopsided.WE_TAKE, Lopsided.WE_TAKE: Lopsided.THEY_TAKE}
    assert find_lopsided(one_way(taken, given_)) == turned[find_lopsided(one_way(given_, taken))]


def test_the_least_given_is_what_we_did_least_for_them_whatever_they_did() -> None:
    counts = {(kind, Direction.OUT): 2 for kind in COUNTING_KINDS}
    counts[Kind.EVENT, Direction.OUT] = 1
    counts[Kind.EVENT, Direction.IN] = counts[Kind.EVENT, Direction.JOINT] = 9
    assert least_given_kind(ActivityCounts(counts)) == Kind.EVENT
    assert least_given_kind(NO_ACTIVITY) == COUNTING_KINDS[0]


@pytest.mark.parametrize(
    ("value", "cost", "share"),
    [
        (150_00, 100_00, Fraction(1, 2)),
        (0, 100_00, Fraction(-1)),
        (100_00, 100_00, Fraction(0)),
        (100_00, None, None),
        (100_00, 0, None),
        (0, 0, None),
    ],
)
def test_no_cost_is_no_return_never_infinity(value: int, cost: int | None, share: Fraction | None) -> None:
    assert return_on_investment(value, cost) == share
