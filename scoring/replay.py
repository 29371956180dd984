"""Replay a partner's past: what Tend would have said on a day with what was known by its end.

What is known on a day is what had been recorded by its end and had not been voided by then. Of imported rows nobody
knows when they were first written down, so they count from their own day.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from scoring.forecast import DatedCount, count_rows, find_first_fall
from scoring.months import window_start
from scoring.portfolio import PLANNED_DAYS, is_paper
from scoring.rhythm import choose_cadence, rhythm_start, usual_interval
from scoring.rvi import Facts, Score, score_partner
from scoring.signals import FALL_DAYS, MIN_CHANGE_SHARE, WEAKENING_DAYS, Reason, RecordStatus, find_signals
from scoring.trust import Rating, trust_on
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Outcome

ALWAYS = date.min
"""The day from which imported rows are known."""
JUDGED = (
    Reason.QUIET,
    Reason.WEAKENING,
    Reason.ROLLING_OFF,
    Reason.PROMISE,
    Reason.LOPSIDED,
    Reason.DISTRUST,
    Reason.PAPER,
)
"""The signals that the ledger, the ratings and the promises decide. The others are about what a record says today."""
_COUNTING, _IN, _ATTEMPT, _WON = frozenset(COUNTING_KINDS), Direction.IN, Kind.ATTEMPT, Outcome.WON


class LedgerRow(NamedTuple):
    """A row of the ledger, known from `known_on` until `voided_on`. An outcome has a day of its own, and is known from
    one of its own. `value` is in minor units.
    """

    on: date
    kind: Kind
    direction: Direction
    number: int = 1
    known_on: date = ALWAYS
    voided_on: date | None = None
    outcome: Outcome | None = None
    outcome_on: date | None = None
    outcome_known_on: date = ALWAYS
    value: int = 0

    def is_known(self, day: date) -> bool:
        return self.known_on <= day and (self.voided_on is None or day < self.voided_on)


class KnownRating(NamedTuple):
    """A trust rating with the days on which it was known."""

    rating: Rating
    known_on: date = ALWAYS
    voided_on: date | None = None

    def is_known(self, day: date) -> bool:
        return self.known_on <= day and (self.voided_on is None or day < self.voided_on)


class DuePromise(NamedTuple):
    """A promise of ours with a day, made and perhaps kept."""

    due_on: date
    made_on: date
    done_on: date | None = None

    def is_overdue(self, day: date) -> bool:
        return self.made_on <= day and self.due_on < day and (self.done_on is None or day < self.done_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a team can set about its signals, and what can be tried on the past."""

    cadence_days: int
    learn_cadence: bool = False
    off: Collection[str] = ()
    min_share: Decimal = MIN_CHANGE_SHARE
    fall_days: int = FALL_DAYS


class Verdict(NamedTuple):
    """What Tend would have said of a partner at a day's end, and how long ago the last contact was, if any."""

    day: date
    reasons: frozenset[Reason]
    quiet_days: int
    is_spoken_with: bool = True


@dataclass(frozen=True, kw_only=True)
class PartnerHistory:
    """All that is known of a partner's past. `rows` are in the order of their days.

    `known_from` is the first day on which Tend could speak of it, `added_on` the day it was added; `own_cadence` is
    its own or its vertical's.
    """

    partner_id: int
    since_on: date
    added_on: date
    known_from: date
    rows: Sequence[LedgerRow]
    ratings: Sequence[KnownRating] = ()
    promises: Sequence[DuePromise] = ()
    own_cadence: int | None = None

    @cached_property
    def days(self) -> list[date]:
        """The days of the rows, in order."""
        return [row.on for row in self.rows]

    @cached_property
    def standing(self) -> list[LedgerRow]:
        """The rows that stand today, in order."""
        return [row for row in self.rows if row.voided_on is None]

    @cached_property
    def touches(self) -> list[date]:
        """The days of contact, in order."""
        return [row.on for row in self.standing if row.kind != _ATTEMPT]

    @cached_property
    def won(self) -> list[LedgerRow]:
        """Their referrals that were won, whenever that was recorded."""
        return [row for row in self.rows if row.outcome == _WON and row.direction == _IN and row.outcome_on]

    def rows_until(self, day: date, after: date = ALWAYS) -> Sequence[LedgerRow]:
        """Return the rows of the days in `(after, day]`."""
        return self.rows[bisect_right(self.days, after) : bisect_right(self.days, day)]


def judge(history: PartnerHistory, day: date, rules: Rules) -> Verdict:
    """Return what Tend would have said at the end of `day`. Nothing that was recorded later is looked at."""
    before = day - timedelta(days=WEAKENING_DAYS)
    horizon = day + timedelta(days=max(rules.fall_days, PLANNED_DAYS))
    near = history.rows_until(horizon, window_start(before))
    counting = [_dated(row) for row in near if row.kind in _COUNTING and row.is_known(day)]
    rated = [known.rating for known in history.ratings if known.is_known(day)]
    last_touch = _last_touch(history, day)
    start = min([history.since_on, *_first_counting(history, day)])

    def score(on: date, value_won: int = 0) -> Score:
        begin = window_start(on)
        tally = count_rows([row for row in counting if begin < row.occurred_on <= on])
        trust = trust_on(rated, on)
        return score_partner(
            Facts(day=on, start=start, tally=tally, trust=trust, last_touch_on=last_touch, value_won=value_won)
        )

    now, earlier = score(day, _value_won(history, day)), score(before)
    record = _record(history, day, rules, now, counting, rated)
    found = find_signals(now, earlier, record, off=rules.off, min_share=rules.min_share)
    reasons = frozenset(one.reason for one in found if one.reason in JUDGED)
    return Verdict(day, reasons, now.quiet_days, last_touch is not None)


def _record(
    history: PartnerHistory,
    day: date,
    rules: Rules,
    now: Score,
    counting: Sequence[DatedCount],
    rated: Sequence[Rating],
) -> RecordStatus:
    untold = now.facts.last_touch_on is None and history.since_on < history.added_on
    begin, soon, until = window_start(day), day + timedelta(days=PLANNED_DAYS), day + timedelta(days=rules.fall_days)
    leaving = window_start(until)
    planned = any(day < row.occurred_on <= soon for row in counting)
    ahead = [row for row in counting if begin < row.occurred_on <= leaving or day < row.occurred_on <= until]
    to_come = rated if any(day < rating.rated_on <= until for rating in rated) else ()
    learnt = _learnt(history, day) if rules.learn_cadence and not history.own_cadence else None
    late = [promise.due_on for promise in history.promises if promise.is_overdue(day)]
    return RecordStatus(
        cadence_days=choose_cadence(history.own_cadence, learnt, rules.cadence_days),
        overdue=len(late),
        overdue_since=max(late, default=None),
        falls=find_first_fall(now, ahead, until, to_come) is not None,
        is_paper=is_paper(now, planned=planned, told=not untold),
        is_untold=untold,
    )


def _dated(row: LedgerRow) -> DatedCount:
    return DatedCount(row.on, row.kind, row.direction, row.number)


def _last_touch(history: PartnerHistory, day: date) -> date | None:
    for row in reversed(history.rows_until(day)):
        if row.kind != _ATTEMPT and row.is_known(day):
            return row.on
    return None


def _first_counting(history: PartnerHistory, day: date) -> Iterator[date]:
    """Yield the first day of an activity that counts, planned ones included, if there is any."""
    for row in history.rows:
        if row.kind in _COUNTING and row.is_known(day):
            yield row.on
            return


def _value_won(history: PartnerHistory, day: date) -> int:
    begin = window_start(day)
    return sum(
        row.value
        for row in history.won
        if row.outcome_on and begin < row.outcome_on <= day and row.outcome_known_on <= day and row.is_known(day)
    )


def _learnt(history: PartnerHistory, day: date) -> int | None:
    rows = history.rows_until(day, rhythm_start(day))
    return usual_interval([row.on for row in rows if row.kind != _ATTEMPT and row.is_known(day)], day)
