"""What the index will be with nothing new: the same as counting anew on each day to come."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.forecast import DatedCount, ForecastPoint, expiry_day, find_first_fall, forecast_path
from scoring.rvi import Score
from scoring.vocabulary import COUNTING_KINDS, Band, Direction, Kind, Side
from tests.scoring import oracle
from tests.scoring.ledgers import LEAP, days, ratings, rows, score_of
from tests.scoring.ledgers import given as given_ratings
from tests.scoring.oracle import Rated, Row

BANDS = [Band.WEAK, Band.GOOD, Band.GROWING, Band.STRONG]
TRUST_3 = [Rated("ours", "U1", 3, date(2020, 1, 1))]
OLD = date(2020, 1, 1)
# A forecast looks twelve months ahead at most: no row both comes and leaves within it.
spans = st.integers(0, 365)


def dated(led: list[Row], now: date, until: date) -> list[DatedCount]:
    """What the database gives: what counts in the twelve months of `now`, and what is planned up to `until`."""
    return [
        DatedCount(row.on, Kind(row.kind), Direction(row.direction), row.count)
        for row in led
        if Kind(row.kind) in COUNTING_KINDS and oracle.plus_months(now, -12) < row.on <= until
    ]


def lasting(led: list[Row]) -> list[Row]:
    """The same rows, none of which is ever voided."""
    return [Row(row.kind, row.direction, row.on, row.count) for row in led]


def known(rated: list[Rated], now: date) -> list[Rated]:
    return [one for one in rated if one.on <= now]


def exact(stated: date, led: list[Row], rated: list[Rated], day: date) -> tuple[Fraction | None, Fraction | None]:
    """Both indices on a day, by the oracle's own sums."""
    months = min(oracle.age(oracle.start_of(stated, led, day), day), 12)
    ours, theirs, _ = oracle.both_levels(rated, day)
    seen = ((("in", "joint"), ours), (("out", "joint"), theirs))
    one, two = (
        oracle.rvi(sum(oracle.totals(led, ways, day).values()), months, trust) for ways, trust in seen
    )  # fmt: skip
    return one, two


def values(score: Score) -> tuple[Fraction | None, Fraction | None]:
    return score.ours.exact, score.theirs.exact


def forecast(
    stated: date, led: list[Row], rated: list[Rated], now: date, until: date
) -> tuple[Score, list[ForecastPoint]]:
    first = score_of(stated, led, rated, now)
    return first, list(forecast_path(first, dated(led, now, until), until, given_ratings(rated)))


YOUNG = [
    Row("event", "joint", LEAP),
    Row("referral", "in", date(2024, 3, 31), 2),
    Row("event", "out", date(2025, 3, 1)),
]


@given(days, rows, ratings, days, spans)
@example(LEAP, YOUNG, TRUST_3, date(2024, 3, 10), 365)  # 29 February leaves on 1 March; a planned row comes that day
@example(date(2024, 1, 31), YOUNG, TRUST_3, date(2024, 4, 1), 365)  # the months of a young partner end on 28 to 31
@example(date(2025, 6, 1), YOUNG, TRUST_3, date(2024, 3, 2), 365)  # the partnership begins with its first activity
@example(OLD, [Row("event", "joint", date(2023, 2, 28)), Row("event", "joint", LEAP)], TRUST_3, date(2024, 2, 27), 2)
def test_the_forecast_is_what_counting_anew_on_each_day_gives(
    stated: date, led: list[Row], rated: list[Rated], now: date, span: int
) -> None:
    """A step on every day that changes an index, none on any other, and each step is the score of that day.

    Rows and ratings that are dated ahead are plans, and count from their day on.
    """
    led, until = lasting(led), now + timedelta(span)
    first, steps = forecast(stated, led, rated, now, until)
    at = {step.on: step for step in steps}
    before = values(first)
    assert before == exact(stated, led, rated, now)
    for off in range(1, span + 1):
        day = now + timedelta(off)
        wanted = exact(stated, led, rated, day)
        assert (day in at) == (wanted != before), day
        if day in at:
            step = at[day]
            assert values(step.before) == before
            assert values(step.after) == wanted
            assert step.after.day == day
            anew = score_of(stated, led, rated, day)
            assert all(step.after.view(side).totals == anew.view(side).totals for side in Side)
        before = wanted
    assert [step.on for step in steps] == sorted(day for day in at if now < day <= until)


@given(days, rows, ratings, days, spans)
def test_the_causes_of_each_step_add_up(stated: date, led: list[Row], rated: list[Rated], now: date, span: int) -> None:
    led, rated, until = lasting(led), known(rated, now), now + timedelta(span)
    for step in forecast(stated, led, rated, now, until)[1]:
        for side, change in ((Side.OURS, step.ours), (Side.THEIRS, step.theirs)):
            old, new = step.before.view(side).rvi, step.after.view(side).rvi
            if old is not None and new is not None:
                assert sum((cause.effect for cause in change.causes), Decimal(0)) == new - old


@given(days, rows, ratings, days, spans)
def test_the_first_fall_is_the_first_day_in_a_lower_band(
    stated: date, led: list[Row], rated: list[Rated], now: date, span: int
) -> None:
    led, rated, until = lasting(led), known(rated, now), now + timedelta(span)
    first = score_of(stated, led, rated, now)
    found = find_first_fall(first, dated(led, now, until), until)
    if first.ours.band is None or oracle.age(oracle.start_of(stated, led, now), now) <= 3:
        assert found is None
        return
    for off in range(1, span + 1):
        day = now + timedelta(off)
        band = oracle.band(oracle.shown(exact(stated, led, rated, day)[0]))
        if BANDS.index(Band(band)) < BANDS.index(first.ours.band):
            assert found is not None
            assert found.on == day
            assert found.after.ours.band == band
            return
    assert found is None


@pytest.mark.parametrize(
    ("on", "gone"),
    [
        (date(2025, 5, 14), date(2026, 5, 14)),
        (date(2024, 12, 31), date(2025, 12, 31)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (LEAP, date(2025, 3, 1)),  # on 28 February the twelve months still begin before it
        (date(2024, 3, 1), date(2025, 3, 1)),
    ],
)
def test_a_row_leaves_the_twelve_months_on_its_day_a_year_later(on: date, gone: date) -> None:
    assert expiry_day(on) == gone
    assert oracle.in_window(on, gone - timedelta(1))
    assert not oracle.in_window(on, gone)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_it_is_the_first_such_day(on: date) -> None:
    assert oracle.in_window(on, expiry_day(on) - timedelta(1))
    assert not oracle.in_window(on, expiry_day(on))


def test_two_webinars_roll_out_in_may() -> None:
    """The example of the handbook: 1.50 → 1.00, and on the day after it nothing more happens."""
    led = [Row("event", "joint", date(2025, 5, 14), 2), Row("referral", "in", date(2026, 1, 10), 4)]
    now, until = date(2026, 4, 20), date(2026, 6, 30)
    first, (step,) = forecast(OLD, led, TRUST_3, now, until)
    assert (step.on, step.before, step.after.ours.rvi) == (date(2026, 5, 14), first, Decimal("1.00"))
    assert first.ours.rvi == Decimal("1.50")
    assert [(cause.kind, cause.number, cause.effect) for cause in step.ours.causes] == [
        (Kind.EVENT, 2, Decimal("-0.50"))
    ]
    assert find_first_fall(first, dated(led, now, until), until) is None  # 1.00 is good still


def test_the_fall_is_named_only_up_to_the_day_asked_for() -> None:
    led = [Row("event", "joint", date(2025, 5, 14), 4)]
    first = score_of(OLD, led, TRUST_3, date(2026, 4, 20))
    rows_ = dated(led, date(2026, 4, 20), date(2026, 6, 1))
    fall = find_first_fall(first, rows_, date(2026, 5, 14))
    assert fall is not None
    assert (fall.on, fall.after.ours.band) == (date(2026, 5, 14), Band.WEAK)
    assert find_first_fall(first, rows_, date(2026, 5, 13)) is None


def test_a_plan_can_keep_the_band_and_a_rise_is_no_fall() -> None:
    led = [Row("event", "joint", date(2025, 5, 14), 4), Row("event", "joint", date(2026, 5, 14), 4)]
    now, until = date(2026, 4, 20), date(2026, 6, 1)
    assert forecast(OLD, led, TRUST_3, now, until)[1] == []
    late = [led[0], Row("event", "joint", date(2026, 5, 20), 9)]
    _, steps = forecast(OLD, late, TRUST_3, now, until)
    assert [(step.on.day, step.after.ours.band) for step in steps] == [(14, Band.WEAK), (20, Band.GROWING)]


def test_no_rating_no_forecast_and_no_fall() -> None:
    led = [Row("event", "joint", date(2025, 5, 14), 4)]
    first, steps = forecast(OLD, led, [], date(2026, 4, 20), date(2027, 4, 20))
    assert steps == []
    assert find_first_fall(first, dated(led, first.day, date(2027, 1, 1)), date(2027, 1, 1)) is None
