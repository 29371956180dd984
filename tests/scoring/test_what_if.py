"""What more would do: the fewest is the fewest, by trying."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scoring.forecast import score_at
from scoring.vocabulary import BAND_ORDER, Band, Direction, Kind, Side
from scoring.what_if import find_need, min_activities, next_band, with_more, with_trust
from tests.scoring.ledgers import days, ratings, rows, score_of
from tests.scoring.ledgers import given as given_ratings
from tests.scoring.oracle import Rated, Row
from tests.scoring.test_forecast import dated, known, lasting, spans

sides, bands = st.sampled_from(list(Side)), st.sampled_from(list(Band))
OURS_ONE_WAY = {Side.OURS: Direction.IN, Side.THEIRS: Direction.OUT}


def at_least(band: Band | None, wanted: Band) -> bool:
    assert band is not None
    return BAND_ORDER.index(band) >= BAND_ORDER.index(wanted)


@given(days, rows, ratings, days, sides, bands)
def test_the_fewest_reach_the_band_and_one_less_does_not(
    stated: date, led: list[Row], rated: list[Rated], now: date, side: Side, band: Band
) -> None:
    first = score_of(stated, led, rated, now)
    assume(first.facts.start <= now)  # else what is done begins it
    number = min_activities(first, side, band)
    if first.view(side).trust.level is None:
        assert number is None
        return
    assert number is not None
    after = with_more(first, number, Kind.EVENT, OURS_ONE_WAY[side])
    assert at_least(after.view(side).band, band)
    if number:
        assert not at_least(with_more(first, number - 1, Kind.EVENT, OURS_ONE_WAY[side]).view(side).band, band)


@given(
    days, rows, ratings, days, days, st.integers(1, 5), st.sampled_from(list(Kind)), st.sampled_from(list(Direction))
)
def test_more_is_what_a_ledger_with_more_in_it_gives(
    stated: date, led: list[Row], rated: list[Rated], now: date, on: date, number: int, kind: Kind, way: Direction
) -> None:
    """On whatever day: within the twelve months, before them, or still to come."""
    more = [*led, Row(kind.value, way.value, on, number)]
    assert with_more(score_of(stated, led, rated, now), number, kind, way, on) == score_of(stated, more, rated, now)


BEFORE_NEW_YEAR = [Row("referral", "in", date(2024, 12, 30))]
TRUST_1 = [Rated("ours", "U1", 1, date(2024, 3, 1))]
AUTUMN = date(2024, 9, 1)


def test_a_talk_before_the_partnership_does_not_begin_it() -> None:
    first = score_of(date(2024, 2, 1), [], [], AUTUMN)
    assert with_more(first, 1, Kind.MEETING, Direction.JOINT, date(2022, 6, 1)).facts.start == date(2024, 2, 1)
    assert with_more(first, 1, Kind.EVENT, Direction.IN, date(2022, 6, 1)).facts.start == date(2022, 6, 1)


@pytest.mark.parametrize(("band", "number"), [(Band.GOOD, 11), (Band.GROWING, 23), (Band.STRONG, 33)])
def test_months_are_counted_while_nothing_is_in_the_sum(band: Band, number: int) -> None:
    """The eleventh month begins on 29 December: the RVI stays 0, as the planned referral is of the next day."""
    now, by = score_of(date(2024, 2, 28), BEFORE_NEW_YEAR, TRUST_1, AUTUMN), date(2024, 12, 30)
    found = find_need(now, dated(BEFORE_NEW_YEAR, AUTUMN, by), by, given_ratings(TRUST_1), Side.OURS, band)
    assert found is not None
    assert (found.hold, found.reach) == (number, number - 1)


@given(days, rows, ratings, days, st.integers(0, 364), sides, bands)
@example(date(2024, 2, 28), BEFORE_NEW_YEAR, TRUST_1, AUTUMN, 120, Side.OURS, Band.GOOD)
def test_holding_is_reaching_it_on_every_day(
    stated: date, led: list[Row], rated: list[Rated], now: date, span: int, side: Side, band: Band
) -> None:
    """`hold` activities done today keep the band on every day up to the one asked for, and one less does not."""
    led, rated, by = lasting(led), known(rated, now), now + timedelta(span)
    first = score_of(stated, led, rated, now)
    ahead, given_ = dated(led, now, by), given_ratings(rated)
    found = find_need(first, ahead, by, given_, side, band)
    if first.view(side).trust.level is None:
        assert found is None
        return
    assert found is not None

    def holds(number: int) -> list[bool]:
        more = [*led, Row("event", OURS_ONE_WAY[side].value, now, number)]  # none of it begins the partnership too
        seen = (score_of(stated, more, rated, now + timedelta(off)) for off in range(span + 1))
        return [at_least(one.view(side).band, band) for one in seen]

    kept = holds(found.hold)
    assert all(kept)
    assert holds(found.reach)[-1]
    without = holds(0)
    short = next((now + timedelta(off) for off, ok in enumerate(without) if not ok), None)
    assert found.falls_short_on == short
    if found.hold:
        assert not all(holds(found.hold - 1))
    if found.reach:
        assert not holds(found.reach - 1)[-1]


@given(days, rows, ratings, days, spans)
def test_a_day_to_come_is_what_counting_anew_gives(
    stated: date, led: list[Row], rated: list[Rated], now: date, span: int
) -> None:
    led, rated, day = lasting(led), known(rated, now), now + timedelta(span)
    found = score_at(score_of(stated, led, rated, now), dated(led, now, day), day, given_ratings(rated))
    wanted = score_of(stated, led, rated, day)
    for side in Side:
        assert (found.view(side).exact, found.view(side).totals) == (wanted.view(side).exact, wanted.view(side).totals)


@given(days, rows, ratings, days, sides)
def test_a_point_of_trust_moves_the_side_it_is_on_and_theirs_while_estimated(
    stated: date, led: list[Row], rated: list[Rated], now: date, side: Side
) -> None:
    first = score_of(stated, led, rated, now)
    after, trust = with_trust(first, side), first.view(side).trust
    if trust.level is None or trust.level == 5 or (side == Side.THEIRS and trust.estimated):
        assert after is None
        return
    assert after is not None
    assert after.view(side).trust.level == min(trust.level + 1, 5)
    other = Side.THEIRS if side == Side.OURS else Side.OURS
    if first.view(other).trust.estimated:
        assert after.view(other).trust.level == after.view(side).trust.level
    else:
        assert after.view(other) == first.view(other)


def test_the_band_above() -> None:
    rated = [Rated("ours", "U1", 1, date(2026, 1, 1))]
    for number, band in ((3, Band.GOOD), (12, Band.GROWING), (30, Band.STRONG), (36, None)):
        events = [Row("event", "joint", date(2026, 1, 5), number)]
        assert next_band(score_of(date(2020, 1, 1), events, rated, date(2026, 6, 1)), Side.OURS) == band
        assert next_band(score_of(date(2020, 1, 1), events, [], date(2026, 6, 1)), Side.OURS) is None
