"""Whether alarms came true: with what was known then, and beside counting the days."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.aftermath import Aftermath, Past
from scoring.backtest import (
    Case,
    SignalProof,
    Standing,
    judge_signals,
    past_month_ends,
    replay,
)
from scoring.replay import DuePromise, KnownRating, LedgerRow, PartnerHistory, Rules, Verdict, judge
from scoring.signals import Reason
from scoring.trust import Rating
from scoring.vocabulary import Direction, Kind, Outcome, Side
from tests.scoring import worlds

DAY = date(2025, 4, 30)
near = st.dates(DAY - timedelta(days=500), DAY + timedelta(days=200))
later = st.dates(DAY + timedelta(days=1), DAY + timedelta(days=200))


@st.composite
def ledger_rows(draw: st.DrawFn, known: st.SearchStrategy[date]) -> LedgerRow:
    on, outcome = draw(near), draw(st.sampled_from([None, *Outcome]))
    known_on = draw(known)
    return LedgerRow(
        on=on,
        kind=draw(st.sampled_from(list(Kind))),
        direction=draw(st.sampled_from(list(Direction))),
        number=draw(st.integers(1, 3)),
        known_on=known_on,
        voided_on=draw(st.none() | st.none() | later),
        outcome=outcome,
        outcome_on=on if outcome else None,
        outcome_known_on=max(known_on, draw(near)),
        value=draw(st.integers(0, 10_000)),
    )


def ratings(known: st.SearchStrategy[date]) -> st.SearchStrategy[list[KnownRating]]:
    rating = st.builds(
        Rating,
        side=st.sampled_from(list(Side)),
        rater=st.sampled_from(["U1", "U2", ""]),
        level=st.integers(1, 5),
        rated_on=near,
    )
    return st.lists(st.builds(KnownRating, rating=rating, known_on=known), max_size=4)


rules = st.builds(
    Rules, cadence_days=st.sampled_from([14, 30, 45]), learn_cadence=st.booleans(), fall_days=st.sampled_from([30, 60])
)
by_then = st.dates(DAY - timedelta(days=500), DAY)


def partner(rows: list[LedgerRow], rated: list[KnownRating], promises: list[DuePromise]) -> PartnerHistory:
    since = DAY - timedelta(days=400)
    return PartnerHistory(
        partner_id=1,
        since_on=since,
        added_on=since,
        known_from=since,
        rows=sorted(rows, key=lambda row: row.on),
        ratings=rated,
        promises=promises,
    )


@given(
    rows=st.lists(ledger_rows(by_then), max_size=12),
    rated=ratings(by_then),
    new_rows=st.lists(ledger_rows(later), max_size=6),
    new_ratings=ratings(later),
    made_on=st.lists(later, max_size=2),
    rules=rules,
)
def test_what_was_recorded_later_changes_no_earlier_verdict(
    rows: list[LedgerRow],
    rated: list[KnownRating],
    new_rows: list[LedgerRow],
    new_ratings: list[KnownRating],
    made_on: list[date],
    rules: Rules,
) -> None:
    """Rows, ratings, outcomes, voids and promises, even those dated back before the day."""
    then = partner([row._replace(voided_on=None) for row in rows], rated, [DuePromise(DAY - timedelta(5), DAY)])
    promises = [*then.promises, *(DuePromise(DAY - timedelta(1), day) for day in made_on)]
    now = partner([*rows, *new_rows], [*rated, *new_ratings], promises)
    assert judge(now, DAY, rules) == judge(then, DAY, rules)


@given(rows=st.lists(ledger_rows(st.just(date.min)), max_size=12), new=st.lists(later, max_size=5), rules=rules)
def test_what_happened_later_changes_no_earlier_verdict(rows: list[LedgerRow], new: list[date], rules: Rules) -> None:
    """Of imported rows only the day is known. A plan of the next 30 days is one only if it was written down by then."""
    standing = [row._replace(voided_on=None) for row in rows if row.on <= DAY]
    more = [LedgerRow(day, Kind.EVENT, Direction.JOINT, known_on=day) for day in new]
    assert judge(partner([*standing, *more], [], []), DAY, rules) == judge(partner(standing, [], []), DAY, rules)


def test_what_came_is_what_is_known_by_now() -> None:
    """A call that was written down half a year late was no silence; one that was withdrawn was no call."""
    late = LedgerRow(DAY + timedelta(20), Kind.MEETING, Direction.JOINT, known_on=DAY + timedelta(200))
    history = partner([late], [], [])
    today = DAY + timedelta(days=300)
    assert Past(history, today).aftermath(DAY, []).silent is False
    gone = partner([late._replace(voided_on=DAY + timedelta(201))], [], [])
    assert Past(gone, today).aftermath(DAY, []).silent is True
    assert Past(gone, DAY + timedelta(days=89)).aftermath(DAY, []).silent is None


def test_an_rvi_is_regained_by_the_month_ends_of_half_a_year() -> None:
    """Three events a month ago, all of them out of the window soon, then three more."""
    ends = past_month_ends(date(2026, 3, 1), 12)
    old = [LedgerRow(date(2024, 5, 10), Kind.EVENT, Direction.JOINT)] * 3
    rating = KnownRating(Rating(Side.OURS, "U1", 4, date(2024, 1, 1)))
    day = date(2025, 5, 31)
    fell = replace(partner(old, [rating], []), since_on=date(2023, 1, 1))
    assert Past(fell, ends[-1]).aftermath(day, ends).regained is False
    again = replace(fell, rows=[*old, *(row._replace(on=date(2025, 9, 9)) for row in old)])
    assert Past(again, ends[-1]).aftermath(day, ends).regained is True
    assert Past(replace(fell, ratings=[]), ends[-1]).aftermath(day, ends).regained is None


def proof(name: Reason, found: tuple[SignalProof, ...]) -> SignalProof:
    return next(one for one in found if one.reason == name)


def test_a_signal_that_knows_the_rhythm_beats_counting_days() -> None:
    """In a world of two rhythms, quiet by each one's cadence works, and being one-sided tells nothing."""
    found = worlds.result(worlds.two_rhythms(), Rules(cadence_days=30))
    quiet, lopsided = proof(Reason.QUIET, found.signals), proof(Reason.LOPSIDED, found.signals)
    assert quiet.standing == Standing.BETTER
    assert quiet.signal.precision
    assert quiet.days.precision
    assert found.base_rate
    assert quiet.signal.precision.value > quiet.days.precision.value > found.base_rate.value
    assert lopsided.standing == Standing.NO_BETTER
    assert lopsided.is_useless
    assert not quiet.is_useless
    assert lopsided.over_base
    assert lopsided.over_base.low < 0 < lopsided.over_base.high


def test_one_cadence_for_all_is_counting_days() -> None:
    """It picks the same partners; Tend does not offer to switch off the only thing that counts them."""
    quiet = proof(Reason.QUIET, worlds.result(worlds.one_rhythm(), Rules(cadence_days=30)).signals)
    assert quiet.standing == Standing.SAME
    assert quiet.gain
    assert quiet.gain.value == 0
    assert quiet.threshold is not None
    assert quiet.threshold >= 30
    assert not quiet.is_useless


def test_a_fading_partnership_is_seen_before_it_is_silent() -> None:
    found = worlds.result(worlds.fading(), Rules(cadence_days=30))
    weakening = proof(Reason.WEAKENING, found.signals)
    assert weakening.warns_early
    assert not weakening.is_useless
    assert weakening.signal.lead_days
    assert weakening.signal.lead_days.value > 0


def test_the_same_ledger_gives_the_same_figures() -> None:
    first, again = (worlds.result(worlds.two_rhythms(), Rules(cadence_days=30)) for _ in range(2))
    assert first == again


def test_a_tried_cadence_is_judged_as_if_it_had_been_set() -> None:
    """The longer one waits, the surer one is, and the more one misses."""
    histories = worlds.one_rhythm()
    soon, late = (proof(Reason.QUIET, worlds.result(histories, Rules(cadence_days=days)).signals) for days in (15, 60))
    assert soon.signal.precision
    assert late.signal.precision
    assert soon.signal.recall
    assert late.signal.recall
    assert late.signal.precision.value >= soon.signal.precision.value
    assert late.signal.recall.value < soon.signal.recall.value
    assert late.signal.lead_days
    assert soon.signal.lead_days
    assert late.signal.lead_days.value < soon.signal.lead_days.value


def case(partner_id: int, quiet_days: int, silent: bool, *reasons: Reason, month: int = 1) -> Case:
    verdict = Verdict(date(2025, month, 28), frozenset(reasons), quiet_days)
    return Case(partner_id, verdict, Aftermath(not silent, silent, None, None, None, None))


def test_counting_days_picks_as_many_and_shares_ties() -> None:
    """Of 20 cases the signal picks 10. Counting days: 4 at 60 days are certain, and 6 of the 8 at 40 days."""
    raised = [case(id, 10, id % 2 == 0, Reason.WEAKENING) for id in range(8)]
    raised += [case(id, 60, True, Reason.WEAKENING) for id in (8, 9)]
    other = [case(10, 60, True), case(11, 60, False)] + [case(id, 40, id < 16) for id in range(12, 20)]
    found = proof(Reason.WEAKENING, judge_signals([*raised, *other]).signals)
    assert (found.alarms, found.came_true, found.threshold) == (10, 6, 40)
    assert found.signal.precision
    assert found.signal.precision.value == 0.6
    assert found.days.precision
    assert found.days.precision.value == (3 + 6 * 4 / 8) / 10
    assert found.days.recall
    assert found.days.recall.value == (3 + 6 * 4 / 8) / 11
    assert found.signal.recall
    assert found.signal.recall.value == 6 / 11


def test_nothing_is_said_of_few_cases_few_partners_or_no_silence() -> None:
    few = [case(id, 40, True, Reason.QUIET) for id in range(9)]
    assert judge_signals(few).signals[0].standing == Standing.TOO_FEW
    two = [case(id % 2, 40, True, Reason.QUIET, month=1 + id // 2) for id in range(20)]
    assert judge_signals(two).signals[0].standing == Standing.TOO_FEW
    lively = [case(id, 40, False, Reason.QUIET) for id in range(40)]
    assert judge_signals(lively).signals[0].standing == Standing.TOO_FEW
    nobody = judge_signals([])
    assert (nobody.cases, nobody.base_rate, nobody.since, nobody.has_enough) == (0, None, None, False)


def test_one_long_silent_can_not_fall_silent() -> None:
    assert judge_signals([case(1, 180, True, Reason.QUIET), case(2, 179, True, Reason.QUIET)]).cases == 1


def test_all_that_agree_are_still_not_certain() -> None:
    """Forty of forty is not 100% for sure."""
    found = proof(Reason.QUIET, judge_signals([case(id, 40, True, Reason.QUIET) for id in range(40)]).signals)
    assert found.signal.precision
    assert found.signal.precision.value == found.signal.precision.high == 1
    assert 0.85 < found.signal.precision.low < 0.95


def test_only_active_days_since_tend_knew_of_it_are_cases() -> None:
    ends = past_month_ends(date(2026, 1, 1), 12)
    history = replace(partner([], [], []), known_from=ends[3])
    found = replay([(history, ends[:6])], ends, date(2026, 1, 1), Rules(cadence_days=30))
    assert [one.verdict.day for one in found] == ends[3:6]


def test_month_ends_are_past() -> None:
    assert past_month_ends(date(2024, 3, 31), 2) == [date(2024, 1, 31), date(2024, 2, 29)]
