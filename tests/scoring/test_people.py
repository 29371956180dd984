"""What hangs on single people at a partner."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.people import MIN_TOUCHES, Sponsor, only_person
from scoring.signals import Reason, RecordStatus, find_signals
from tests.scoring.test_signals import STEADY

touches = st.lists(st.frozensets(st.integers(1, 3), max_size=2), max_size=6)
DAY = date(2026, 6, 1)


@given(touches)
def test_it_hangs_on_one_who_was_alone_at_every_touch(seen: list[frozenset[int]]) -> None:
    alone = [one for one in (1, 2, 3) if len(seen) >= MIN_TOUCHES and all(named == {one} for named in seen)]
    assert only_person(seen) == next(iter(alone), None)


@given(st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5))
def test_a_sponsor_is_gone_from_the_day_they_left_or_mail_came_back(left: int | None, bounced: int | None) -> None:
    days = [None if off is None else DAY + timedelta(off) for off in (left, bounced)]
    past = [one for one in days if one is not None and one <= DAY]
    assert Sponsor("Ann", *days).gone_on(DAY) == min(past, default=None)


def test_both_are_signals_and_only_where_it_matters() -> None:
    """The second only with an RVI that is good or better."""
    record = RecordStatus(cadence_days=30, sponsor_gone_on=DAY, only_person=True)
    found = {signal.reason: signal.since for signal in find_signals(STEADY, STEADY, record)}
    assert STEADY.ours.band is not None
    assert found[Reason.SPONSOR_LEFT] == DAY
    assert (Reason.ONE_PERSON in found) is (STEADY.ours.band != "weak")
