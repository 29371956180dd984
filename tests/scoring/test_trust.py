"""Each rater's last word, the median of them, and what stands in for a missing one."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.trust import Rating, Trust, trust_on
from scoring.vocabulary import Side
from tests.scoring import oracle
from tests.scoring.ledgers import days, ratings
from tests.scoring.ledgers import given as as_given
from tests.scoring.oracle import Rated

DAY = date(2026, 6, 1)


def ours(rater: str, level: int, ago: int = 0, order: int = 0) -> Rating:
    return Rating(Side.OURS, rater, level, DAY - timedelta(ago), order)


def theirs(rater: str, level: int, ago: int = 0, order: int = 0) -> Rating:
    return Rating(Side.THEIRS, rater, level, DAY - timedelta(ago), order)


@given(ratings, days)
def test_trust_is_the_median_of_each_raters_latest(rated: list[Rated], day: date) -> None:
    found = trust_on(as_given(rated), day)
    assert (found[Side.OURS].level, found[Side.THEIRS].level, found[Side.THEIRS].estimated) == oracle.both_levels(
        rated, day
    )
    assert not found[Side.OURS].estimated


@given(ratings, days, st.randoms(use_true_random=False))
def test_the_order_in_which_ratings_are_read_changes_nothing(rated: list[Rated], day: date, random: object) -> None:
    given_ = as_given(rated)
    shuffled = list(given_)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert trust_on(shuffled, day) == trust_on(given_, day)


@given(ratings, days)
def test_what_is_rated_later_changes_no_earlier_day(rated: list[Rated], day: date) -> None:
    by_then = [rating for rating in as_given(rated) if rating.rated_on <= day]
    assert trust_on(as_given(rated), day) == trust_on(by_then, day)


@pytest.mark.parametrize(
    ("levels", "median"),
    [((3,), "3"), ((1, 5), "3"), ((2, 3), "5/2"), ((1, 1, 5), "1"), ((1, 4, 5, 5), "9/2")],
)
def test_several_raters_give_their_median_halves_and_all(levels: tuple[int, ...], median: str) -> None:
    rated = [ours(f"U{place}", level) for place, level in enumerate(levels)]
    assert trust_on(rated, DAY)[Side.OURS].level == Fraction(median)


def test_the_later_of_two_ratings_on_one_day_holds() -> None:
    both = [ours("U1", 5, order=1), ours("U1", 2, order=2)]
    assert trust_on(both, DAY)[Side.OURS].level == trust_on(both[::-1], DAY)[Side.OURS].level == 2


def test_an_older_rating_that_was_entered_later_does_not_win() -> None:
    assert trust_on([ours("U1", 5, ago=1, order=9), ours("U1", 2, order=1)], DAY)[Side.OURS].level == 2


def test_one_rater_of_both_sides_is_heard_on_both() -> None:
    found = trust_on([ours("U1", 5), theirs("U1", 1)], DAY)
    assert (found[Side.OURS].level, found[Side.THEIRS].level, found[Side.THEIRS].estimated) == (5, 1, False)


def test_their_trust_is_estimated_from_ours_until_they_are_asked() -> None:
    found = trust_on([ours("U1", 4, ago=200)], DAY)
    assert found[Side.THEIRS] == Trust(Fraction(4), DAY - timedelta(200), estimated=True, stale=True)


def test_our_trust_is_never_estimated_from_theirs() -> None:
    found = trust_on([theirs("U1", 4)], DAY)
    assert found == {Side.OURS: Trust(None), Side.THEIRS: Trust(Fraction(4), DAY)}


@pytest.mark.parametrize(("ago", "stale"), [(0, False), (179, False), (180, False), (181, True), (4000, True)])
def test_a_rating_is_stale_once_it_is_older_than_180_days_and_still_counts(ago: int, stale: bool) -> None:
    assert trust_on([ours("U1", 4, ago=ago)], DAY)[Side.OURS] == Trust(
        Fraction(4), DAY - timedelta(ago), estimated=False, stale=stale
    )


def test_a_side_is_stale_only_when_its_youngest_rating_is() -> None:
    assert not trust_on([ours("U1", 4, ago=300), ours("U2", 4, ago=10)], DAY)[Side.OURS].stale
    assert trust_on([ours("U1", 4, ago=300), ours("U2", 4, ago=181)], DAY)[Side.OURS].stale


def test_nobody_asked_is_no_trust() -> None:
    assert trust_on([ours("U1", 4, ago=-1)], DAY) == {Side.OURS: Trust(None), Side.THEIRS: Trust(None)}
