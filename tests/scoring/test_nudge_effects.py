"""What became of partners that people were told about, beside like ones nobody was told of."""

from collections.abc import Sequence
from datetime import date, timedelta

from scoring.backtest import Tally, past_month_ends, replay
from scoring.nudge_effects import NudgeEffect, Pasts, Telling, measure_nudges
from scoring.replay import LedgerRow, PartnerHistory, Rules
from scoring.signals import Reason
from scoring.vocabulary import Direction, Kind

TODAY = date(2026, 3, 10)
TOLD_ON = date(2025, 12, 1)
RULES = Rules(cadence_days=30)


def history(id: int, *ago: int, kind: Kind = Kind.MEETING) -> PartnerHistory:
    """A partner spoken with that many days before (or, below zero, after) it was told of."""
    since = TOLD_ON - timedelta(days=900)
    rows = [LedgerRow(TOLD_ON - timedelta(days=days), kind, Direction.JOINT) for days in ago]
    return PartnerHistory(
        partner_id=id, since_on=since, added_on=since, known_from=since, rows=sorted(rows, key=lambda row: row.on)
    )


def quiet(id: int, on: date = TOLD_ON, by: str = "U1") -> Telling:
    return Telling(id, Reason.QUIET, by, on)


def measure(histories: Sequence[PartnerHistory], tellings: Sequence[Telling]) -> tuple[NudgeEffect, ...]:
    ends = past_month_ends(TODAY, 12)
    cases = replay([(one, ends) for one in histories], ends, TODAY, RULES)
    return measure_nudges(tellings, Pasts(histories, RULES, TODAY), cases)


def test_a_week_counts_from_the_morning_of_the_nudge() -> None:
    """On the day itself and the six after it; and a month later the signal is gone or it is not."""
    found = [history(id, 40, after) for id, after in enumerate((0, -6, -7))]
    (effect,) = measure(found, [quiet(id) for id in range(3)])
    assert (effect.told, effect.acted, effect.recovered) == (3, 2, 3)


def test_an_attempt_is_an_act_and_no_recovery() -> None:
    tried = history(1, 40)
    rows = [*tried.rows, LedgerRow(TOLD_ON + timedelta(1), Kind.ATTEMPT, Direction.JOINT)]
    tried = PartnerHistory(
        partner_id=1, since_on=tried.since_on, added_on=tried.added_on, known_from=tried.known_from, rows=rows
    )
    (effect,) = measure([tried], [quiet(1)])
    assert (effect.acted, effect.recovered) == (1, 0)


def test_two_people_told_on_one_day_are_one_case_and_a_young_nudge_is_none() -> None:
    found = [history(1, 40)]
    (effect,) = measure(found, [quiet(1), quiet(1, by="U2")])
    assert effect.told == 1
    assert measure(found, [quiet(1, TODAY - timedelta(days=28))]) == ()
    assert measure(found, [quiet(2)]) == ()  # a partner that is gone


def test_like_is_compared_with_like() -> None:
    """All those told are 40 days quiet. Of the others twelve are as well, and are left alone; a hundred have been
    quiet for half a year and are called the next day: they are not comparable.
    """
    told = [history(id, 40, -1) for id in range(20)]
    end = date(2025, 11, 30)
    alone = [history(100 + id, 40) for id in range(12)]
    long = [history(200 + id, 200, -1) for id in range(100)]
    (effect,) = measure([*told, *alone, *long], [quiet(id) for id in range(20)])
    assert (effect.told, effect.acted) == (20, 20)
    assert effect.like
    assert effect.like.acted == Tally(20, 20)
    assert effect.like.others_acted < 0.5
    assert (TOLD_ON - end).days == 1


def test_with_few_like_it_there_is_no_comparison() -> None:
    told = [history(id, 40, -1) for id in range(20)]
    (effect,) = measure([*told, history(100, 40)], [quiet(id) for id in range(20)])
    assert effect.like is None


def test_where_nudges_do_nothing_nothing_is_seen() -> None:
    """Half are told of by lot, and nobody cares: both halves fare alike."""
    histories = [history(id, 40, *((-3,) if id % 4 < 2 else ())) for id in range(200)]
    (effect,) = measure(histories, [quiet(id) for id in range(0, 200, 2)])
    assert effect.like
    assert abs(effect.like.acted.came / effect.like.acted.cases - effect.like.others_acted) < 0.35
