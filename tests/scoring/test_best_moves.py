"""Where an hour does most: what it prevents is what counting anew shows, and the order can be told from it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.balance import find_lopsided
from scoring.best_moves import MoveOutlook, find_best_move, is_threatened, max_worth
from scoring.forecast import forecast_path, minimum_bands, score_at
from scoring.rvi import Score
from scoring.rvi import score_partner as score_again
from scoring.vocabulary import BAND_ORDER, Band, Direction, Kind, Side
from tests.scoring.ledgers import days, ratings, rows, score_of
from tests.scoring.ledgers import given as given_ratings
from tests.scoring.oracle import Rated, Row
from tests.scoring.test_forecast import dated, known, lasting

TODAY, OLD = date(2026, 11, 24), date(2020, 1, 1)
TRUST_3 = [Rated("ours", "U1", 3, OLD)]


def outlook(led: list[Row], rated: list[Rated], now: date, stated: date = OLD, *, quiet: bool = False) -> MoveOutlook:
    later = now + timedelta(30)
    first = score_of(stated, led, rated, now)
    return MoveOutlook(first, score_at(first, dated(led, now, later), later, given_ratings(rated)), quiet)


def index(score: Score, side: Side) -> int:
    return BAND_ORDER.index(score.view(side).band or Band.WEAK)


@given(days, rows, ratings, days, st.booleans())
def test_what_a_move_keeps_gains_and_mends_is_what_a_ledger_with_it_shows(
    stated: date, led: list[Row], rated: list[Rated], now: date, quiet: bool
) -> None:
    led, rated = lasting(led), known(rated, now)
    seen = outlook(led, rated, now, stated, quiet=quiet)
    move = find_best_move(seen)
    if seen.now.provisional:
        assert move is None
        return
    if move is None:
        many = score_of(stated, [*led, Row("event", "joint", now, 3)], rated, now + timedelta(30))
        assert all(index(many, side) <= max(index(seen.now, side), index(seen.later, side)) for side in Side)
        return
    after = score_of(stated, [*led, Row(move.kind, move.direction, now, move.count)], rated, now + timedelta(30))
    kept = sum(min(index(seen.now, s), index(after, s)) - min(index(seen.now, s), index(seen.later, s)) for s in Side)
    gained = sum(max(0, index(after, s) - max(index(seen.now, s), index(seen.later, s))) for s in Side)
    assert (move.bands_kept, move.bands_gained) == (kept, gained)
    assert move.mends_balance == (
        find_lopsided(seen.later.facts.tally) is not None and find_lopsided(after.facts.tally) is None
    )
    assert any(move.worth)


@given(days, rows, ratings, days)
def test_whoever_is_not_threatened_has_only_bands_to_gain(
    stated: date, led: list[Row], rated: list[Rated], now: date
) -> None:
    seen = outlook(lasting(led), known(rated, now), now, stated)
    move = find_best_move(seen)
    if move and not is_threatened(seen):
        assert (move.bands_kept, move.at_stake, move.mends_balance) == (0, 0, False)


@given(days, rows, ratings, days, st.booleans())
def test_no_move_is_worth_more_and_no_band_falls_lower_than_is_told_at_a_glance(
    stated: date, led: list[Row], rated: list[Rated], now: date, quiet: bool
) -> None:
    """So that whoever can't be among the first need not be looked at."""
    later = now + timedelta(30)
    seen = outlook(led, rated, now, stated, quiet=quiet)
    ahead, to_come = dated(led, now, later), given_ratings(rated)
    to_come = to_come if any(one.rated_on > now for one in to_come) else []
    least = minimum_bands(seen.now, ahead, later, to_come)
    for side, band in zip(Side, least, strict=True):
        on_the_way = [step.after for step in forecast_path(seen.now, ahead, later, to_come)]
        assert (band is None) == (seen.now.view(side).band is None)
        assert all(BAND_ORDER.index(band or Band.WEAK) <= index(one, side) for one in [seen.now, *on_the_way])
    if move := find_best_move(seen):
        assert move.worth <= max_worth(seen.now, least, quiet=quiet)


def test_one_event_keeps_the_band_that_two_roll_out_of() -> None:
    rolling = [Row("event", "joint", TODAY - timedelta(350), 2), Row("event", "joint", date(2026, 6, 1), 3)]
    move = find_best_move(outlook(rolling, TRUST_3, TODAY))
    assert move is not None
    assert (move.kind, move.direction, move.count) == (Kind.EVENT, Direction.JOINT, 1)
    assert (move.bands_kept, move.sides_kept) == (2, (Side.OURS, Side.THEIRS))


def test_who_only_took_is_mended_by_giving() -> None:
    taken = [Row("referral", "in", date(2026, 8, 1), 8)]
    move = find_best_move(outlook(taken, [Rated("ours", "U1", 5, OLD)], TODAY))
    assert move is not None
    assert (move.direction, move.mends_balance) == (Direction.OUT, True)
    # 2 of 10 is still one-sided: it takes three referrals to them.
    assert move.count == 3


def test_a_call_is_enough_for_a_quiet_partner_that_brought_money() -> None:
    one = outlook([Row("event", "joint", date(2026, 8, 1), 12)], TRUST_3, TODAY, quiet=True)
    rich = MoveOutlook(*(_with_money(score, 5_000_00) for score in (one.now, one.later)), quiet=True)
    move = find_best_move(rich)
    assert move is not None
    assert (move.kind, move.at_stake) == (Kind.MEETING, 5_000_00)


def test_more_is_worth_less_by_the_hour() -> None:
    """Two moves that keep one band: the one that takes an hour comes before the one that takes three."""
    one = find_best_move(outlook([Row("event", "joint", TODAY - timedelta(350), 4)], TRUST_3, TODAY))
    few = find_best_move(outlook([Row("event", "joint", TODAY - timedelta(350), 2), *_three()], TRUST_3, TODAY))
    assert few is not None
    assert one is None or few.worth > one.worth


def test_a_young_partner_is_in_no_ranking() -> None:
    young = outlook([Row("event", "joint", TODAY - timedelta(20), 1)], TRUST_3, TODAY, TODAY - timedelta(20))
    assert find_best_move(young) is None


def _three() -> list[Row]:
    return [Row("event", "joint", date(2026, 6, 1), 3)]


def _with_money(score: Score, value: int) -> Score:
    return score_again(replace(score.facts, value_won=value))
