"""The index against a second reading of its rules."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.counts import ActivityCounts
from scoring.rvi import Facts, RviView, Score, score_partner
from scoring.trust import Trust
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side
from tests.scoring import oracle
from tests.scoring.ledgers import days, ratings, rows, score_of
from tests.scoring.oracle import Rated, Row

DAY = date(2026, 6, 1)
FLIPPED = {"in": "out", "out": "in", "joint": "joint", "ours": "theirs", "theirs": "ours"}


def told(view: RviView) -> tuple[object, ...]:
    return ({str(kind): n for kind, n in view.totals.items()}, view.trust.level, view.exact, view.rvi, view.band)


@given(days, rows, ratings, days)
def test_a_score_is_what_the_written_rules_say(stated: date, led: list[Row], rated: list[Rated], day: date) -> None:
    found = score_of(stated, led, rated, day)
    age = oracle.age(oracle.start_of(stated, led, day), day)
    months = min(age, 12)
    ours, theirs, estimated = oracle.both_levels(rated, day)
    assert (found.age_months, found.months, found.provisional) == (age, months, age <= 3)
    assert found.quiet_days == oracle.quiet_days(stated, led, day) >= 0
    for view, ways, level in ((found.ours, ("in", "joint"), ours), (found.theirs, ("out", "joint"), theirs)):
        totals = oracle.totals(led, ways, day)
        exact = oracle.rvi(sum(totals.values()), months, level)
        shown = oracle.shown(exact)
        assert told(view) == (totals, level, exact, shown, oracle.band(shown))
        assert view.total == sum(totals.values())
        assert view.literal == oracle.shown(oracle.rvi(view.total, age, level))
    assert found.theirs.trust.estimated == estimated


@given(days, rows, st.lists(st.integers(1, 5), min_size=2, max_size=2), days, days)
def test_swapping_the_roles_swaps_the_two_views(
    stated: date, led: list[Row], levels: list[int], on: date, day: date
) -> None:
    on = min(on, day)
    rated = [Rated("ours", "U1", levels[0], on), Rated("theirs", "U1", levels[1], on)]
    one = score_of(stated, led, rated, day)
    other = score_of(
        stated,
        [replace(row, direction=FLIPPED[row.direction]) for row in led],
        [replace(r, side=FLIPPED[r.side]) for r in rated],
        day,
    )
    assert (told(other.ours), told(other.theirs)) == (told(one.theirs), told(one.ours))
    assert (other.ours.literal, other.view(Side.OURS).literal) == (one.theirs.literal, one.view(Side.THEIRS).literal)


@given(days, rows, ratings, days)
def test_a_day_is_told_by_what_had_happened_by_then(
    stated: date, led: list[Row], rated: list[Rated], day: date
) -> None:
    then = score_of(stated, led, rated, day)
    by_then = [row for row in led if row.on <= day]
    assert score_of(stated, by_then, [r for r in rated if r.on <= day], day) == replace(
        then, facts=replace(then.facts, start=oracle.start_of(stated, by_then, day))
    )


def scored(start: date, *, level: int | None = 3, day: date = DAY, touch: date | None = None, **counts: int) -> Score:
    """Joint activities by kind."""
    trust = Trust(None if level is None else Fraction(level))
    tally = ActivityCounts({(Kind(kind), Direction.JOINT): n for kind, n in counts.items()})
    return score_partner(Facts(day, start, tally, {Side.OURS: trust, Side.THEIRS: trust}, last_touch_on=touch))


def test_the_worked_example() -> None:
    found = scored(date(2020, 1, 1), referral=3, event=2)
    assert (found.ours.total, found.months, found.ours.exact, str(found.ours.rvi)) == (5, 12, Fraction(5, 4), "1.25")


@pytest.mark.parametrize(
    ("total", "literal", "shown"), [(36, "3.00", "9.00"), (35, "2.92", "8.75"), (1, "0.08", "0.25")]
)
def test_the_literal_index_divides_by_the_full_age(total: int, literal: str, shown: str) -> None:
    found = scored(date(2023, 6, 1), level=3, event=total)
    assert (found.age_months, found.months) == (36, 12)
    assert (str(found.ours.literal), str(found.ours.rvi)) == (literal, shown)


@pytest.mark.parametrize(
    ("start", "age", "provisional"),
    [
        (DAY + timedelta(40), 1, True),
        (DAY, 1, True),
        (date(2026, 4, 1), 2, True),
        (date(2026, 3, 31), 3, True),
        (date(2026, 3, 1), 3, True),  # today, to the day
        (date(2026, 2, 28), 4, False),
    ],
)
def test_a_partner_is_provisional_for_three_months(start: date, age: int, provisional: bool) -> None:
    found = scored(start, event=1)
    assert (found.age_months, found.provisional) == (age, provisional)
    assert (found.speaks_on > DAY) is provisional


@given(days, days)
def test_a_number_speaks_from_the_day_after_three_months_on(start: date, day: date) -> None:
    assert score_of(start, [], [], day).provisional is (day < score_of(start, [], [], day).speaks_on)


def test_nobodys_trust_is_no_index_and_never_a_silent_three() -> None:
    found = scored(date(2020, 1, 1), level=None, event=7)
    assert (found.ours.exact, found.ours.rvi, found.ours.band, found.ours.literal) == (None, None, None, None)
    assert found.ours.total == 7


def test_no_activity_at_all_is_zero_and_weak() -> None:
    found = scored(date(2020, 1, 1))
    assert (str(found.ours.rvi), found.ours.band) == ("0.00", "weak")
    assert dict(found.ours.totals) == dict.fromkeys(COUNTING_KINDS, 0)


@pytest.mark.parametrize(
    ("start", "touch", "quiet"),
    [
        (date(2026, 5, 1), None, 31),
        (date(2020, 1, 1), date(2026, 5, 31), 1),
        (date(2020, 1, 1), DAY, 0),
        (DAY + timedelta(9), None, 0),
    ],
)
def test_quiet_is_counted_from_the_last_touch_or_the_start(start: date, touch: date | None, quiet: int) -> None:
    assert scored(start, touch=touch).quiet_days == quiet
