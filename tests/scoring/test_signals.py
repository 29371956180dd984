"""The reasons to act, and their order."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.counts import ActivityCounts
from scoring.rvi import Facts, Score, band_of, score_partner
from scoring.signals import WORST_FIRST, Reason, RecordStatus, Signal, find_signals, has_grown, is_weakened
from scoring.trust import Trust
from scoring.vocabulary import Direction, Kind, Side

DAY = date(2026, 6, 1)
OLD = date(2020, 1, 1)
OUT, IN, JOINT = ((Kind.EVENT, way) for way in (Direction.OUT, Direction.IN, Direction.JOINT))


def scored(
    counts: dict[tuple[Kind, Direction], int],
    *,
    start: date = OLD,
    touch: date | None = DAY,
    day: date = DAY,
    ours: str | None = "3",
    theirs: str | None = None,
) -> Score:
    """Their trust is estimated from ours unless given."""
    own = Trust(None if ours is None else Fraction(ours))
    other = Trust(own.level, estimated=own.level is not None) if theirs is None else Trust(Fraction(theirs))
    return score_partner(
        Facts(day, start, ActivityCounts(counts), {Side.OURS: own, Side.THEIRS: other}, last_touch_on=touch)
    )


STEADY = scored({JOINT: 6})


def showing(rvi: str | None, *, provisional: bool = False) -> Score:
    """A score whose index, from our side, is shown as `rvi`."""
    shown = None if rvi is None else Decimal(rvi)
    view = replace(STEADY.ours, rvi=shown, band=None if shown is None else band_of(shown))
    return replace(STEADY, ours=view, provisional=provisional)


def reasons(now: Score, before: Score | None = None, **more: int) -> list[str]:
    return [str(s.reason) for s in find_signals(now, before or now, RecordStatus(**({"cadence_days": 30} | more)))]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("1.25", "1.00", True),  # a quarter, and exactly a fifth
        ("1.24", "1.00", False),  # less than a quarter
        ("1.26", "1.01", False),  # a quarter, but less than a fifth
        ("1.50", "1.25", False),
        ("2.00", "1.60", True),
        ("2.00", "1.61", False),
        ("0.75", "0.50", True),
        ("0.74", "0.50", False),
        ("0.50", "0.26", False),
        ("10.00", "8.00", True),
        ("10.00", "8.01", False),
        ("1.00", "0.99", True),  # a lower band, by however little
        ("2.01", "2.00", True),
        ("3.00", "2.99", True),
        ("9.00", "0.00", True),
        ("1.00", "1.00", False),
        ("0.99", "1.00", False),
        ("0.00", "0.00", False),
        ("1.00", "5.00", False),
        (None, "0.50", False),
        ("4.00", None, False),
        (None, None, False),
    ],
)
def test_weakening_is_a_lower_band_or_a_fifth_and_a_quarter(old: str | None, new: str | None, wanted: bool) -> None:
    assert is_weakened(showing(new), showing(old)) is wanted
    assert ("weakening" in reasons(showing(new), showing(old))) is wanted


@pytest.mark.parametrize(("now", "before"), [(True, False), (False, True), (True, True)])
def test_a_provisional_index_raises_no_alarm(now: bool, before: bool) -> None:
    assert is_weakened(showing("0.10"), showing("9.00"))
    assert not is_weakened(showing("0.10", provisional=now), showing("9.00", provisional=before))


def test_weakening_is_worse_in_a_lower_band() -> None:
    levels = [
        next(
            s.level
            for s in find_signals(showing(new), showing("9.00"), RecordStatus(cadence_days=30))
            if s.reason == Reason.WEAKENING
        )
        for new in ("3.00", "2.50", "1.50", "0.50")
    ]
    assert levels == sorted(set(levels))


@pytest.mark.parametrize("cadence", [2, 7, 30])
@pytest.mark.parametrize(
    ("times", "off", "level"),
    [(1, -1, None), (1, 0, 1), (2, -1, 1), (2, 0, 2), (3, -1, 2), (3, 0, 3), (4, 0, 3), (50, 0, 3)],
)
def test_quiet_at_one_two_and_three_cadences(cadence: int, times: int, off: int, level: int | None) -> None:
    now = scored({JOINT: 6}, touch=DAY - timedelta(cadence * times + off))
    found = {s.reason: s.level for s in find_signals(now, now, RecordStatus(cadence_days=cadence))}
    assert found.get(Reason.QUIET) == level


def test_quiet_is_counted_from_the_start_where_there_was_no_touch() -> None:
    assert "quiet" in reasons(scored({}, start=DAY - timedelta(30), touch=None))
    assert "quiet" not in reasons(scored({}, start=DAY - timedelta(29), touch=None))
    assert "quiet" not in reasons(scored({}, start=DAY + timedelta(90), touch=None))


@pytest.mark.parametrize(
    ("ours", "theirs", "counts", "wanted"),
    [
        ("2", None, {OUT: 4}, ["distrust", "lopsided"]),
        ("2", None, {IN: 4}, ["distrust", "lopsided"]),
        ("5/2", None, {OUT: 4}, ["lopsided"]),
        ("2", None, {OUT: 3}, []),
        ("2", None, {OUT: 4, IN: 4}, []),
        ("4", "2", {OUT: 4}, ["distrust", "lopsided"]),
        ("4", "5/2", {OUT: 4}, ["lopsided"]),
        (None, "1", {OUT: 4}, ["distrust", "lopsided"]),
        (None, None, {OUT: 4}, ["lopsided"]),
    ],
)
def test_distrust_is_low_trust_where_one_side_takes(
    ours: str | None, theirs: str | None, counts: dict[tuple[Kind, Direction], int], wanted: list[str]
) -> None:
    assert reasons(scored(counts, ours=ours, theirs=theirs)) == wanted


def test_promises_past_their_day_are_counted() -> None:
    assert find_signals(STEADY, STEADY, RecordStatus(cadence_days=30, overdue=3)) == (Signal(Reason.PROMISE, 3),)
    assert find_signals(STEADY, STEADY, RecordStatus(cadence_days=30, overdue=0)) == ()


def test_all_that_is_wrong_is_said_worst_first() -> None:
    strong = scored({JOINT: 60})
    taken = scored({OUT: 4}, ours="1", touch=DAY - timedelta(60))
    assert reasons(taken, strong, overdue=1) == ["distrust", "quiet", "weakening", "promise", "lopsided"]
    nothing = scored({}, touch=DAY - timedelta(400))
    assert reasons(nothing, strong, overdue=1, is_paper=True) == ["quiet", "weakening", "promise", "paper"]


def test_what_tend_was_never_told_is_no_silence() -> None:
    assert reasons(scored({}, touch=None)) == ["quiet"]
    assert reasons(scored({}, touch=None), is_untold=True) == []


@given(st.integers(0, 400), st.integers(2, 60))
def test_quiet_tells_since_when(quiet: int, cadence: int) -> None:
    now = scored({JOINT: 6}, touch=DAY - timedelta(quiet))
    for signal in find_signals(now, now, RecordStatus(cadence_days=cadence)):
        on = replace(now, quiet_days=quiet - (DAY - (signal.since or DAY)).days)
        assert on.quiet_days == signal.level * cadence <= quiet


levels = st.sampled_from([None, "1", "2", "3", "5"])


@given(
    st.dictionaries(st.sampled_from([OUT, IN, JOINT]), st.integers(1, 30)),
    st.integers(0, 200),
    levels,
    st.integers(0, 3),
    st.integers(1, 60),
)
def test_each_reason_is_given_once_and_in_order(
    counts: dict[tuple[Kind, Direction], int], quiet: int, ours: str | None, overdue: int, cadence: int
) -> None:
    now = scored(counts, ours=ours, touch=DAY - timedelta(quiet))
    found = find_signals(now, scored({JOINT: 30}), RecordStatus(cadence_days=cadence, overdue=overdue))
    places = [WORST_FIRST.index(s.reason) for s in found]
    assert places == sorted(set(places))
    assert all(s.level >= 1 for s in found)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("1.25", "1.50", True),  # a quarter, and exactly a fifth
        ("1.26", "1.51", False),
        ("1.00", "1.24", False),
        ("0.50", "0.75", True),
        ("0.00", "0.25", True),
        ("0.00", "0.24", False),
        ("0.99", "1.00", True),  # a higher band, by however little
        ("2.00", "2.01", True),
        ("2.99", "3.00", True),
        ("3.00", "2.99", False),
        ("1.00", "1.00", False),
        (None, "1.00", False),
        ("1.00", None, False),
    ],
)
def test_growing_is_a_higher_band_or_a_fifth_and_a_quarter(old: str | None, new: str | None, wanted: bool) -> None:
    assert has_grown(showing(new), showing(old)) is wanted
    assert not has_grown(showing(new, provisional=True), showing(old))
    assert not has_grown(showing(new), showing(old, provisional=True))


shown = st.integers(0, 500).map(lambda hundredths: str(Decimal(hundredths) / 100))


@given(shown, shown)
def test_nothing_grows_and_weakens_at_once(old: str, new: str) -> None:
    assert not (has_grown(showing(new), showing(old)) and is_weakened(showing(new), showing(old)))
