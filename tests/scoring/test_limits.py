"""The last number on one side of a limit, and the first on the other."""

from datetime import date, timedelta

import pytest

from scoring.best_moves import MAX_GAINED, SHARES, find_best_move, max_worth
from scoring.counts import ActivityCounts
from scoring.explain import explain_change, heaviest_causes, split_causes
from scoring.forecast import DatedCount, minimum_bands, score_at
from scoring.portfolio import effort_minutes
from scoring.vocabulary import Band, Direction, Kind, Side
from tests.scoring.oracle import Rated, Row
from tests.scoring.test_best_moves import TODAY, outlook
from tests.scoring.test_explain import EVENT, REFERRAL, scored
from tests.scoring.test_signals import DAY, reasons
from tests.scoring.test_signals import scored as scored_on

TRUSTED = [Rated("ours", "U1", 5, date(2020, 1, 1))]


def test_who_only_gave_is_mended_by_taking() -> None:
    """2 of 10 is still one-sided: it takes three referrals from them, and events together change nothing."""
    move = find_best_move(outlook([Row("referral", "out", date(2026, 8, 1), 8)], TRUSTED, TODAY))
    assert move is not None
    assert (move.kind, move.direction, move.count, move.mends_balance) == (Kind.REFERRAL, Direction.IN, 3, True)


@pytest.mark.parametrize(("given", "mends"), [(8, True), (11, True), (12, False)])
def test_no_more_than_three_of_anything_are_proposed(given: int, mends: bool) -> None:
    """After twelve to them it would take four from them."""
    move = find_best_move(outlook([Row("referral", "out", date(2026, 8, 1), given)], TRUSTED, TODAY))
    assert (move is not None and move.mends_balance) == mends


@pytest.mark.parametrize(
    ("direction", "ours", "theirs"),
    [
        (Direction.IN, Band.WEAK, None),
        (Direction.OUT, None, Band.WEAK),
        (Direction.JOINT, Band.WEAK, Band.WEAK),
    ],
)
def test_what_leaves_lowers_the_bound_of_the_sides_it_counts_for(
    direction: Direction, ours: Band | None, theirs: Band | None
) -> None:
    """The other side's stays where it is today."""
    leaving = date(2025, 12, 1)
    now = scored(date(2026, 11, 24), "5", {(Kind.EVENT, direction): 12})
    until = now.day + timedelta(30)
    least = minimum_bands(now, [DatedCount(leaving, Kind.EVENT, direction, 12)], until, ())
    assert least == (ours or now.ours.band, theirs or now.theirs.band)
    assert {now.ours.band, now.theirs.band} - {Band.WEAK}


@pytest.mark.parametrize(("days", "told"), [(13, False), (14, True)])
def test_an_incomplete_record_is_told_from_the_fourteenth_day(days: int, told: bool) -> None:
    now = scored_on({}, start=DAY - timedelta(days))
    assert ("incomplete" in reasons(now, missing=1)) == told


def test_where_the_rvi_did_not_move_what_came_is_named_before_what_went() -> None:
    change = explain_change(
        scored(date(2026, 5, 1), "3", {EVENT: 2}),
        scored(date(2026, 6, 1), "3", {REFERRAL: 2}),
        Side.OURS,
        rolled_out=ActivityCounts({EVENT: 2}),
        new=ActivityCounts({REFERRAL: 2}),
    )
    assert str(change.effect) == "0.00"
    assert [cause.reason for cause in heaviest_causes(change)] == ["new"]
    assert [cause.reason for cause in split_causes(change, 2)[0]] == ["new", "rolled_out"]


def test_the_most_a_move_is_worth_counts_the_bands_that_may_fall() -> None:
    """None where none may: a partner that keeps its bands has nothing to keep."""
    now = scored(date(2026, 11, 24), "5", {EVENT: 12})
    bands = (now.ours.band, now.theirs.band)
    assert max_worth(now, bands, quiet=False) == (0, 0, SHARES, MAX_GAINED * SHARES)
    steps = 2 * (list(Band).index(now.ours.band or Band.WEAK) - list(Band).index(Band.WEAK))
    assert abs(steps) == max_worth(now, (Band.WEAK, Band.WEAK), quiet=False)[0] // SHARES > 0


def test_what_was_done_today_is_gone_a_year_from_now() -> None:
    now = scored(date(2026, 11, 24), "5", {EVENT: 12})
    rows = [DatedCount(now.day, *EVENT, 12)]
    assert minimum_bands(now, rows, date(2027, 11, 24), ()) == (Band.WEAK, Band.WEAK)
    assert score_at(now, rows, date(2027, 11, 24)).ours.band == Band.WEAK


def test_a_partnership_that_is_to_begin_begins_with_what_is_planned_before() -> None:
    """From then on its months are counted."""
    now = scored(date(2026, 1, 10), "3", {}, start=date(2026, 9, 1))
    planned = [DatedCount(date(2026, 3, 1), *EVENT, 1)]
    assert score_at(now, planned, date(2026, 6, 1)).months == 3
    assert score_at(now, planned, date(2026, 6, 2)).months == 4


def test_a_touch_of_ours_is_an_hour_and_one_of_theirs_is_none() -> None:
    assert effort_minutes({Direction.OUT: 1, Direction.JOINT: 2, Direction.IN: 4}, 15) == 3 * 60 + 15
