"""Why an index moved: causes whose effects leave nothing over."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.explain import CauseKind, Change, InconsistentTallies, explain_change, heaviest_causes, split_causes
from scoring.rvi import Facts, Score, score_partner
from scoring.trust import Trust
from scoring.vocabulary import Direction, Kind, Side
from tests.scoring import oracle
from tests.scoring.ledgers import days, ratings, rows, score_of, tally
from tests.scoring.oracle import Rated, Row

WALKED = (CauseKind.ROLLED_OUT, CauseKind.VOIDED, CauseKind.NEW, CauseKind.AGE, CauseKind.TRUST)
LONG_AGO = date(2020, 1, 1)


def explained(stated: date, led: list[Row], rated: list[Rated], one: date, two: date, side: Side) -> Change:
    """The change from `one` to `two`, each as it was known on that day."""
    was = [row for row in led if row.stands(one) and oracle.in_window(row.on, one)]
    now = [row for row in led if row.stands(two) and oracle.in_window(row.on, two)]
    gone = [row for row in was if not row.stands(two)]
    return explain_change(
        score_of(stated, led, rated, one),
        score_of(stated, led, rated, two),
        side,
        rolled_out=tally([row for row in was if row not in now and row not in gone]),
        new=tally([row for row in now if row not in was]),
        voided=tally(gone),
    )


@given(days, rows, ratings, days, days, st.sampled_from(Side))
@example(
    date(2024, 12, 1),
    [Row("event", "joint", date(2024, 12, 5), 1, None), Row("referral", "in", date(2024, 12, 6), 2, date(2025, 1, 5))],
    [Rated("ours", "U1", 2, date(2024, 12, 1)), Rated("ours", "U1", 5, date(2025, 1, 9))],
    date(2025, 1, 1),
    date(2025, 3, 1),
    Side.OURS,
)
def test_effects_add_up_exactly(
    stated: date, led: list[Row], rated: list[Rated], one: date, two: date, side: Side
) -> None:
    change = explained(stated, led, rated, *sorted((one, two)), side)
    old, new = change.before.view(side), change.after.view(side)
    if old.rvi is None or new.rvi is None:
        assert (change.effect, change.causes) == (None, ())
        return
    assert old.exact is not None
    assert new.exact is not None
    assert sum((cause.effect for cause in change.causes), Decimal(0)) == new.rvi - old.rvi == change.effect
    assert sum((cause.exact for cause in change.causes), Fraction(0)) == new.exact - old.exact
    named, rest = split_causes(change, 2)
    assert sum((cause.effect for cause in (*named, *rest)), Decimal(0)) == change.effect
    assert list(named)[: len(heaviest_causes(change))] == heaviest_causes(change)[: len(named)]
    assert len(named) <= 3
    assert len(rest) != 1


@given(days, rows, ratings, days, days, st.sampled_from(Side))
def test_each_cause_is_named_once_in_the_order_of_the_walk_and_did_happen(
    stated: date, led: list[Row], rated: list[Rated], one: date, two: date, side: Side
) -> None:
    change = explained(stated, led, rated, *sorted((one, two)), side)
    named = [(cause.reason, cause.kind) for cause in change.causes]
    assert len(set(named)) == len(named)
    places = [WALKED.index(because) for because, _ in named]
    assert places == sorted(places)
    for cause in change.causes:
        if cause.reason in (CauseKind.AGE, CauseKind.TRUST):
            assert cause.old != cause.new
            assert (cause.kind, cause.number) == (None, 0)
        else:
            assert cause.number > 0
            assert cause.kind is not None
            assert (cause.exact >= 0) == (cause.reason == CauseKind.NEW)
    if change.causes or change.effect is not None:
        assert (CauseKind.TRUST in dict(named)) == (
            change.before.view(side).trust.level != change.after.view(side).trust.level
        )
        assert (CauseKind.AGE in dict(named)) == (change.before.months != change.after.months)


@given(days, rows, ratings, days, days, st.sampled_from(Side), st.integers(1, 3))
def test_what_does_not_account_for_the_totals_is_refused(
    stated: date, led: list[Row], rated: list[Rated], one: date, two: date, side: Side, extra: int
) -> None:
    change = explained(stated, led, rated, one, two, side)
    assume(change.before.view(side).total == change.after.view(side).total)
    with pytest.raises(InconsistentTallies):
        explain_change(
            change.before,
            change.after,
            side,
            rolled_out=NO_ACTIVITY,
            new=ActivityCounts({(Kind.EVENT, Direction.JOINT): extra}),
        )


def scored(day: date, level: str | None, counts: dict[tuple[Kind, Direction], int], start: date = LONG_AGO) -> Score:
    trust = Trust(None if level is None else Fraction(level))
    return score_partner(Facts(day, start, ActivityCounts(counts), {Side.OURS: trust, Side.THEIRS: trust}))


EVENT, REFERRAL = (Kind.EVENT, Direction.JOINT), (Kind.REFERRAL, Direction.IN)


def test_a_change_is_told_in_its_steps() -> None:
    change = explain_change(
        scored(date(2026, 5, 1), "3", {EVENT: 2, REFERRAL: 4}),
        scored(date(2026, 6, 1), "4", {REFERRAL: 4, (Kind.CROSS_PROMOTION, Direction.JOINT): 1}),
        Side.OURS,
        rolled_out=ActivityCounts({EVENT: 2}),
        new=ActivityCounts({(Kind.CROSS_PROMOTION, Direction.JOINT): 1}),
    )
    assert [(c.reason, c.kind, c.number, str(c.effect), c.old, c.new) for c in change.causes] == [
        ("rolled_out", "event", 2, "-0.50", None, None),
        ("new", "cross_promotion", 1, "0.25", None, None),
        ("trust", None, 0, "0.42", 3, 4),
    ]
    assert str(change.effect) == "0.17"
    assert [c.reason for c in heaviest_causes(change)] == ["trust", "new"]


def test_the_heaviest_of_a_fall_are_those_that_pulled_down() -> None:
    change = explain_change(
        scored(date(2026, 2, 1), "2", {EVENT: 6}, start=date(2026, 1, 15)),
        scored(date(2026, 5, 1), "2", {EVENT: 5, REFERRAL: 1}, start=date(2026, 1, 15)),
        Side.OURS,
        rolled_out=NO_ACTIVITY,
        voided=ActivityCounts({EVENT: 1}),
        new=ActivityCounts({REFERRAL: 1}),
    )
    assert [c.reason for c in heaviest_causes(change)] == ["age", "voided"]
    assert (heaviest_causes(change)[0].old, heaviest_causes(change)[0].new) == (1, 4)


def test_one_side_does_not_see_what_was_done_the_other_way() -> None:
    change = explain_change(
        scored(date(2026, 5, 1), "3", {}),
        scored(date(2026, 6, 1), "3", {REFERRAL: 4}),
        Side.THEIRS,
        rolled_out=NO_ACTIVITY,
        new=ActivityCounts({REFERRAL: 4}),
    )
    assert (change.causes, change.effect) == ((), Decimal("0.00"))


@pytest.mark.parametrize(("old", "new"), [(None, "3"), ("3", None), (None, None)])
def test_where_there_is_no_index_there_is_no_change_to_explain(old: str | None, new: str | None) -> None:
    change = explain_change(
        scored(date(2026, 5, 1), old, {EVENT: 1}),
        scored(date(2026, 6, 1), new, {}),
        Side.OURS,
        rolled_out=ActivityCounts({EVENT: 1}),
        new=NO_ACTIVITY,
    )
    assert (change.effect, change.causes, list(heaviest_causes(change))) == (None, (), [])
