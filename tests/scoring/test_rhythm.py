"""How often one usually speaks, learnt from the days on which one did."""

from datetime import date, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rhythm import MAX_DAYS, MAX_TOUCHES, MIN_DAYS, MIN_TOUCHES, usual_interval
from tests.scoring import oracle

DAY = date(2026, 11, 23)
touches = st.lists(st.integers(-900, 60).map(lambda off: DAY + timedelta(off)), max_size=40)


def apart(*gaps: int, last: date = DAY) -> list[date]:
    """Days of contact with these gaps between them, the last of them on `last`."""
    return [last - timedelta(off) for off in (0, *accumulate(reversed(gaps)))]


@pytest.mark.parametrize(
    ("gaps", "usual"),
    [
        ((21,) * 5, 21),
        ((20, 22, 21, 19, 23), 21),
        ((21, 21, 21, 21), None),  # five touches
        ((30, 30, 200, 30, 30), 30),  # a long summer
        ((40, 50, 40, 50, 40, 50), 45),
        ((20, 20, 20, 21, 21, 21), 21),  # half a day is rounded up
        ((2, 3, 1, 2, 5, 2), MIN_DAYS),
        ((120, 110, 130, 120, 125), MAX_DAYS),
        ((91,) * 7, MAX_DAYS),  # a quarterly habit shows in two years, not in one
        ((60,) * 2 + (15,) * 12, 15),  # of a lively partner, the habit of today
    ],
)
def test_the_gap_in_the_middle_is_the_rhythm(gaps: tuple[int, ...], usual: int | None) -> None:
    assert usual_interval(apart(*gaps), DAY) == usual


@given(st.integers(MIN_DAYS, MAX_DAYS), st.lists(st.integers(0, 6), min_size=4, max_size=6), st.data())
def test_one_odd_gap_does_not_change_it_much(base: int, spread: list[int], data: st.DataObject) -> None:
    """If all gaps but one are within a few days of one another, so is the rhythm, whatever the odd one is."""
    gaps = [min(base + more, MAX_DAYS) for more in spread]
    odd = data.draw(st.integers(1, 700 - sum(gaps)))
    gaps.insert(data.draw(st.integers(0, len(gaps))), odd)
    found = usual_interval(apart(*gaps), DAY)
    assert found is not None
    assert base <= found <= base + 6


@given(touches, st.data())
def test_the_order_in_which_they_come_does_not_matter(met: list[date], data: st.DataObject) -> None:
    assert usual_interval(data.draw(st.permutations(met)), DAY) == usual_interval(met, DAY)


@given(touches, touches)
def test_only_days_up_to_the_one_asked_about_matter(met: list[date], later: list[date]) -> None:
    assert usual_interval([*met, *(on for on in later if on > DAY)], DAY) == usual_interval(
        [on for on in met if on <= DAY], DAY
    )


@given(touches, touches)
def test_what_is_over_two_years_old_does_not_matter(met: list[date], older: list[date]) -> None:
    old = [on - timedelta(900) for on in older]
    assert usual_interval([*met, *(on for on in old if on <= oracle.plus_months(DAY, -24))], DAY) == usual_interval(
        met, DAY
    )


@given(touches, st.data())
def test_several_touches_on_a_day_are_one(met: list[date], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(met), max_size=9)) if met else []
    assert usual_interval([*met, *again], DAY) == usual_interval(met, DAY)


@given(touches)
def test_it_takes_six_days_of_contact_and_is_between_two_weeks_and_three_months(met: list[date]) -> None:
    found = usual_interval(met, DAY)
    days = {on for on in met if oracle.plus_months(DAY, -24) < on <= DAY}
    assert (found is None) == (len(days) < MIN_TOUCHES)
    assert found is None or MIN_DAYS <= found <= MAX_DAYS


@given(touches)
def test_it_lies_between_the_shortest_and_the_longest_gap_of_late(met: list[date]) -> None:
    days = sorted(on for on in set(met) if oracle.plus_months(DAY, -24) < on <= DAY)[-MAX_TOUCHES:]
    gaps = [(two - one).days for one, two in pairwise(days)]
    found = usual_interval(met, DAY)
    if found is not None:
        assert min(max(min(gaps), MIN_DAYS), MAX_DAYS) <= found <= max(min(max(gaps), MAX_DAYS), MIN_DAYS)
