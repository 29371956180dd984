"""What became of the partners that people were told about, beside comparable ones of whom nobody was told.

Comparable are partners with the same signal at a month's end and about as many days without contact. That is no proof
that a nudge did anything: whom Tend tells of is not chosen by lot.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from scoring.aftermath import Past
from scoring.backtest import MIN_ALARMS, Case, Tally
from scoring.replay import JUDGED, PartnerHistory, Rules, judge
from scoring.signals import Reason

ACT_DAYS, RECOVER_DAYS, APART_DAYS = 7, 30, 30
"""Acted on within a week, recovered a month later; and a partner of whom nobody was told for a month either way."""
QUIET_EDGES = (30, 60, 120)
"""Partners are comparable between two of these numbers of days without contact."""


class Telling(NamedTuple):
    """A person was told of a partner's signal on a day."""

    partner_id: int
    reason: Reason
    told_to: str
    on: date


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same of comparable partners nobody was told of: the shares that were acted on and recovered, weighted as
    those that were told are spread. `acted` and `recovered` are of the told ones that have such partners."""

    acted: Tally
    recovered: Tally
    others: int
    others_acted: float
    others_recovered: float


@dataclass(frozen=True, slots=True)
class NudgeEffect:
    """How often one signal was told, acted on within 7 days, and gone after 30. `like` is None with too few cases."""

    reason: Reason
    told: int
    acted: int
    recovered: int
    like: Comparison | None = None


class _Seen(NamedTuple):
    stratum: int
    acted: bool
    recovered: bool

    def is_acted(self) -> bool:
        return self.acted

    def is_recovered(self) -> bool:
        return self.recovered


class Pasts:
    """The pasts of partners, looked at as of today."""

    def __init__(self, histories: Iterable[PartnerHistory], rules: Rules, today: date) -> None:
        self._histories = {history.partner_id: history for history in histories}
        self._rules, self._today = rules, today
        self._pasts: dict[int, Past] = {}

    def see(self, partner_id: int, reason: Reason, after: date) -> _Seen | None:
        """Return what came after a day on which the signal held; None where it is too early to say."""
        until = after + timedelta(days=RECOVER_DAYS)
        history = self._histories.get(partner_id)
        if history is None or until >= self._today:
            return None
        past = self._pasts.setdefault(partner_id, Past(history, self._today))
        return _Seen(
            bisect_right(QUIET_EDGES, judge(history, after, self._rules).quiet_days),
            past.is_acted_on(after, ACT_DAYS),
            reason not in judge(history, until, self._rules).reasons,
        )


def measure_nudges(tellings: Sequence[Telling], pasts: Pasts, cases: Sequence[Case] = ()) -> tuple[NudgeEffect, ...]:
    """Return by signal what became of the partners told of. With `cases`, compare them with those nobody was told of.

    A person told of two signals of a partner counts for both; two persons told of one on a day count once.
    """
    told: dict[Reason, list[_Seen]] = defaultdict(list)
    # It was told in the morning: what came after is what came after the day before.
    days = {(one.reason, one.partner_id, one.on): one.on - timedelta(days=1) for one in tellings}
    for (reason, partner_id, _), before in days.items():
        if reason in JUDGED and (seen := pasts.see(partner_id, reason, before)):
            told[reason].append(seen)
    others = _untold(tellings, pasts, cases, set(told))
    return tuple(
        NudgeEffect(
            reason,
            len(seen),
            sum(one.acted for one in seen),
            sum(one.recovered for one in seen),
            _compare(seen, others[reason]),
        )
        for reason, seen in sorted(told.items(), key=lambda pair: JUDGED.index(pair[0]))
    )


def _untold(
    tellings: Sequence[Telling], pasts: Pasts, cases: Sequence[Case], reasons: set[Reason]
) -> Mapping[Reason, list[_Seen]]:
    told_on: dict[tuple[int, Reason], list[date]] = defaultdict(list)
    for one in tellings:
        told_on[one.partner_id, one.reason].append(one.on)
    found: dict[Reason, list[_Seen]] = defaultdict(list)
    for case in cases:
        day = case.verdict.day
        for reason in case.verdict.reasons & reasons:
            near = any(abs((on - day).days) <= APART_DAYS for on in told_on.get((case.partner_id, reason), ()))
            if not near and (seen := pasts.see(case.partner_id, reason, day)):
                found[reason].append(seen)
    return found


def _compare(told: Sequence[_Seen], others: Sequence[_Seen]) -> Comparison | None:
    """Compare like with like: by days without contact, as often as they were told."""
    strata = Counter(one.stratum for one in others)
    matched = [one for one in told if one.stratum in strata]
    weights = Counter(one.stratum for one in matched)
    like = [one for one in others if one.stratum in weights]
    if min(len(matched), len(like)) < MIN_ALARMS:
        return None

    acted, recovered = (
        sum(weights[one.stratum] / strata[one.stratum] for one in like if came(one)) / len(matched)
        for came in (_Seen.is_acted, _Seen.is_recovered)
    )
    return Comparison(
        Tally(sum(one.acted for one in matched), len(matched)),
        Tally(sum(one.recovered for one in matched), len(matched)),
        len(like),
        acted,
        recovered,
    )
