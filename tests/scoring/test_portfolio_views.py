"""The rules behind the views of all partners: what one could become, effort against value, too much of the value."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.counts import ActivityCounts
from scoring.portfolio import (
    MINUTES_PER_TOUCH,
    EffortShare,
    Potential,
    classify_potential,
    compare_effort,
    count_activity,
    effort_minutes,
    is_concentrated,
    median_activity,
    median_rvi,
)
from scoring.rvi import Facts, Score, score_partner
from scoring.trust import Trust
from scoring.vocabulary import Direction, Kind, Side

DAY = date(2026, 6, 1)
YOUNG = date(2026, 5, 1)


def partner(number: int, trust: str | None, *, start: date = date(2020, 1, 1)) -> Score:
    """`number` events done together, and our trust."""
    level = Trust(None if trust is None else Fraction(trust))
    counts = {(Kind.EVENT, Direction.JOINT): number} if number else {}
    return score_partner(Facts(DAY, start, ActivityCounts(counts), {Side.OURS: level, Side.THEIRS: level}))


@pytest.mark.parametrize(
    ("trust", "number", "wanted"),
    [
        ("5", 3, Potential.TRUSTED),
        ("4", 3, Potential.TRUSTED),  # the usual is enough
        ("4", 2, Potential.COULD_BE),
        ("5", 0, Potential.COULD_BE),
        ("7/2", 9, Potential.REGULAR),
        ("7/2", 0, Potential.REGULAR),
        ("5/2", 9, Potential.REGULAR),
        ("2", 3, Potential.AT_RISK),
        ("1", 9, Potential.AT_RISK),
        ("2", 2, Potential.REGULAR),
        (None, 9, Potential.REGULAR),
    ],
)
def test_row_27_high_trust_and_little_done_could_become_trusted(trust: str, number: int, wanted: Potential) -> None:
    assert classify_potential(partner(number, trust), Fraction(3)) == wanted


def test_nothing_done_is_never_much_even_where_it_is_usual() -> None:
    assert classify_potential(partner(0, "5"), Fraction(0)) == Potential.COULD_BE
    assert classify_potential(partner(0, "1"), Fraction(0)) == Potential.REGULAR
    assert classify_potential(partner(1, "5"), Fraction(0)) == Potential.TRUSTED


@pytest.mark.parametrize("trust", ["1", "5"])
def test_a_young_partner_is_regular_until_there_is_more_to_say(trust: str) -> None:
    assert classify_potential(partner(9, trust, start=YOUNG), Fraction(1)) == Potential.REGULAR


def test_the_usual_is_the_median_of_those_that_are_not_young() -> None:
    assert median_activity([]) == 0
    assert median_activity([partner(9, "3", start=YOUNG)]) == 0
    assert median_activity([partner(1, None), partner(4, "3"), partner(99, "3", start=YOUNG)]) == Fraction(5, 2)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, "1", "3", "4", "5"]))))
def test_row_27_the_share_of_trusted_ones_is_measured(pairs: list[tuple[int, str | None]]) -> None:
    """Everybody, nobody or any part of them can be trusted: nothing makes it a fifth."""
    scores = [partner(*pair) for pair in pairs]
    usual = median_activity(scores)
    trusted = [one for one in scores if classify_potential(one, usual) == Potential.TRUSTED]
    middle = sorted(number for number, _ in pairs)
    wanted = [
        pair for pair in pairs if pair[1] in ("4", "5") and pair[0] > 0 and pair[0] * 2 >= sum_of_middle(middle)
    ]  # fmt: skip
    assert len(trusted) == len(wanted)


def sum_of_middle(ordered: list[int]) -> int:
    """Twice the median."""
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def test_activity_is_all_that_counted_whoever_did_it() -> None:
    counts = {(Kind.EVENT, Direction.JOINT): 2, (Kind.REFERRAL, Direction.IN): 1, (Kind.REFERRAL, Direction.OUT): 4}
    assert (
        count_activity(score_partner(Facts(DAY, DAY, ActivityCounts(counts), {side: Trust(None) for side in Side})))
        == 7
    )


@pytest.mark.parametrize(
    ("mine", "all_mine", "value", "all_value", "wanted"),
    [
        (20, 100, 10, 100, EffortShare.OVER),  # exactly twice
        (19, 100, 10, 100, EffortShare.EVEN),
        (10, 100, 20, 100, EffortShare.UNDER),
        (11, 100, 20, 100, EffortShare.EVEN),
        (1, 100, 0, 100, EffortShare.OVER),
        (0, 100, 1, 100, EffortShare.UNDER),
        (0, 100, 0, 100, EffortShare.EVEN),
        (50, 100, 50, 100, EffortShare.EVEN),
        (100, 100, 0, 0, EffortShare.EVEN),  # nothing was won anywhere
        (0, 0, 100, 100, EffortShare.EVEN),
    ],
)
def test_row_28_twice_the_share_is_out_of_proportion(
    mine: int, all_mine: int, value: int, all_value: int, wanted: EffortShare
) -> None:
    assert compare_effort(mine, all_mine, value, all_value) == wanted


@given(st.integers(0, 99), st.integers(1, 99), st.integers(0, 99), st.integers(1, 99), st.integers(1, 60))
def test_the_units_do_not_matter(mine: int, more: int, value: int, worth: int, unit: int) -> None:
    hours = compare_effort(mine, mine + more, value, value + worth)
    assert compare_effort(mine * unit, (mine + more) * unit, value * 100, (value + worth) * 100) == hours


@pytest.mark.parametrize(
    ("touches", "minutes", "wanted"),
    [
        ({}, 0, 0),
        ({Direction.OUT: 2, Direction.JOINT: 3}, 0, 5 * MINUTES_PER_TOUCH),
        ({Direction.IN: 7}, 0, 0),  # what they do for us alone costs us nothing
        ({Direction.OUT: 1, Direction.IN: 7}, 90, MINUTES_PER_TOUCH + 90),
        ({}, 45, 45),
    ],
)
def test_row_28_effort_is_an_hour_a_touch_of_ours_and_the_hours_written_down(
    touches: dict[Direction, int], minutes: int, wanted: int
) -> None:
    assert effort_minutes(touches, minutes) == wanted


@pytest.mark.parametrize(
    ("share", "percent", "partners", "wanted"),
    [
        (Fraction(40, 100), 40, 2, True),
        (Fraction(3999, 10_000), 40, 2, False),
        (Fraction(1), 40, 1, False),  # one's only partner is no concentration to be alarmed of
        (Fraction(1), 100, 2, True),
        (Fraction(0), 1, 9, False),
    ],
)
def test_row_29_the_alarm_begins_at_the_teams_percent(
    share: Fraction, percent: int, partners: int, wanted: bool
) -> None:
    assert is_concentrated(share, percent, partners) is wanted


def test_row_01_the_median_index_is_of_those_that_have_one() -> None:
    """Neither the young nor those whom nobody rated pull it down."""
    known = [partner(12, "1"), partner(12, "2"), partner(12, "4")]
    assert median_rvi([]) is None
    assert median_rvi([partner(12, None), partner(12, "5", start=YOUNG)]) is None
    assert median_rvi([*known, partner(0, None), partner(12, "5", start=YOUNG)]) == 2
    assert median_rvi(known[1:]) == 3
