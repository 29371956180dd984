"""Judge the signals by the past: how often what they warned of came, beside counting the days since the last contact.

A case is a partner at a month's end with contact in the 180 days before: one that has long been silent can't fall
silent. A signal's claim is that nobody will speak with the partner for 90 days. What counts the days picks as many
cases as the signal does: those with the most days since the last contact. A signal warns early if it is better than
that among partners spoken with in the last 30 days, at telling where such a silence begins within 90 days.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from scoring.aftermath import SILENT_DAYS, Aftermath, Past
from scoring.bootstrap import Estimate, Resamples
from scoring.months import add_months
from scoring.replay import JUDGED, PartnerHistory, Rules, Verdict, judge
from scoring.signals import Reason

RECENT_DAYS, JUST_DAYS = 180, 30
MIN_ALARMS, MIN_PARTNERS = 10, 5
"""With fewer there is too little to say."""
ENOUGH_ALARMS, ENOUGH_PARTNERS = 30, 10
"""With as many, a signal that is no better may be called so."""
MARGIN = 0.05
FORECASTS = (Reason.WEAKENING, Reason.ROLLING_OFF, Reason.LOPSIDED, Reason.DISTRUST, Reason.PAPER)
"""The signals that one can do without if they foretell nothing. A promise is owed, and quiet is silence itself."""


class Case(NamedTuple):
    """A partner at a month's end: what Tend would have said, and what came."""

    partner_id: int
    verdict: Verdict
    after: Aftermath

    @property
    def is_judged(self) -> bool:
        spoken = self.verdict.is_spoken_with and self.verdict.quiet_days < RECENT_DAYS
        return spoken and self.after.silent is not None


class Standing(StrEnum):
    """How a signal compares with counting the days since the last contact."""

    TOO_FEW = "too_few"
    SAME = "same"
    BETTER = "better"
    UNCLEAR = "unclear"
    NO_BETTER = "no_better"


class Tally(NamedTuple):
    """In how many of the cases something came."""

    came: int
    cases: int


@dataclass(frozen=True, slots=True)
class Hit:
    """How good some picks are: the share that came true, the share of what came that was picked, and how many days
    before the silence had lasted 90 days (median). None with too few cases."""

    precision: Estimate | None = None
    recall: Estimate | None = None
    lead_days: Estimate | None = None


@dataclass(frozen=True, slots=True)
class SignalProof:
    """What came of one signal. `alarms` are cases, of `partners` partners; `came_true` of them fell silent.

    `days` is counting the days, which picks whoever was quiet for about `threshold` days. `gain` is the precision above
    it, `over_base` that above all cases, `early_gain` that above counting days among partners just spoken with, where
    a silence is to begin within 90 days. `after` has what else came, by field of `Aftermath`.
    """

    reason: Reason
    alarms: int
    partners: int
    came_true: int
    signal: Hit
    days: Hit
    threshold: int | None
    gain: Estimate | None
    over_base: Estimate | None
    early_gain: Estimate | None
    after: Mapping[str, Tally]
    standing: Standing

    @property
    def is_useless(self) -> bool:
        """Whether the team could do without it."""
        late = self.early_gain is None or self.early_gain.low <= 0 <= MARGIN - self.early_gain.high
        return self.standing == Standing.NO_BETTER and late and self.reason in FORECASTS

    @property
    def warns_early(self) -> bool:
        """Whether it foretells silences that begin later better than counting days does."""
        return self.early_gain is not None and self.early_gain.low > 0


@dataclass(frozen=True, slots=True)
class MonthProof:
    """A month's end: its cases, how many fell silent, and by signal how often it was raised and came true."""

    on: date
    cases: int
    silent: int
    signals: Mapping[Reason, Tally]


@dataclass(frozen=True, slots=True)
class Backtest:
    """The signals of the month ends from `since` to `until`. `base_rate` is the share of all cases that fell silent;
    `after` what else came of all cases."""

    since: date | None
    until: date | None
    cases: int
    partners: int
    silent: int
    base_rate: Estimate | None
    after: Mapping[str, Tally]
    signals: tuple[SignalProof, ...]
    months: tuple[MonthProof, ...]

    @property
    def has_enough(self) -> bool:
        return self.cases >= MIN_ALARMS and self.partners >= MIN_PARTNERS


def past_month_ends(today: date, months: int) -> list[date]:
    """Return the last days of that many months before today's, the earliest first."""
    first = today.replace(day=1)
    return [add_months(first, -back) - timedelta(days=1) for back in reversed(range(months))]


def replay(
    histories: Sequence[tuple[PartnerHistory, Collection[date]]], ends: Sequence[date], today: date, rules: Rules
) -> list[Case]:
    """Return the cases of partners on those of the month ends on which they were active.

    What came is known up to the last day of which anything was logged: where a ledger ends, nobody fell silent.
    """
    cases = []
    logged = (history.days[bisect_right(history.days, today) - 1] for history, _ in histories if history.days)
    until = min(today, max(logged, default=today))
    for history, active in histories:
        past = Past(history, until)
        for day in ends:
            if day in active and history.known_from <= day and history.since_on <= day:
                cases.append(Case(history.partner_id, judge(history, day, rules), past.aftermath(day, ends)))
    return cases


def judge_signals(cases: Sequence[Case], reasons: Sequence[Reason] = JUDGED) -> Backtest:
    """Judge each signal by all cases of which it is known by now what came."""
    judged = [case for case in cases if case.is_judged]
    bench = _Bench(judged)
    ends = sorted({case.verdict.day for case in judged})
    return Backtest(
        since=ends[0] if ends else None,
        until=ends[-1] if ends else None,
        cases=len(judged),
        partners=len(bench.places),
        silent=sum(bench.is_silent(case) for case in judged),
        base_rate=bench.share(bench.is_silent, lambda _: True),
        after=_what_came(judged),
        signals=tuple(bench.proof(reason) for reason in reasons),
        months=tuple(_month(day, [case for case in judged if case.verdict.day == day], reasons) for day in ends),
    )


Weight = Callable[[Case], int]


class _Bench:
    """Judged cases, and the partners drawn from them: the same draws for every signal."""

    def __init__(self, judged: Sequence[Case]) -> None:
        self.judged = judged
        self.places = {id: place for place, id in enumerate(dict.fromkeys(case.partner_id for case in judged))}
        self.draws = Resamples(len(self.places))

    @staticmethod
    def is_silent(case: Case) -> bool:
        return case.after.silent is True

    def sums(self, weight: Weight) -> list[int]:
        """Sum a weight of the cases by partner."""
        sums = [0] * len(self.places)
        for case in self.judged:
            sums[self.places[case.partner_id]] += weight(case)
        return sums

    def share(self, hit: Weight, among: Weight) -> Estimate | None:
        return self.draws.share(self.sums(lambda case: hit(case) * among(case)), self.sums(among))

    def proof(self, reason: Reason) -> SignalProof:
        alarms = [case for case in self.judged if reason in case.verdict.reasons]
        partners = len({case.partner_id for case in alarms})
        plain = _DaysPick.of(self.judged, len(alarms))
        silent = sum(self.is_silent(case) for case in self.judged)
        enough = min(len(alarms), silent) >= MIN_ALARMS and partners >= MIN_PARTNERS
        gain = over_base = early = None

        def is_raised(case: Case) -> bool:
            return reason in case.verdict.reasons

        if enough:
            raised = self._hits(is_raised)
            gain = self.draws.difference(raised, self._hits(plain.weight))
            over_base = self.draws.difference(raised, self._hits(lambda _: 1))
            early = self._early_gain(is_raised)
        return SignalProof(
            reason=reason,
            alarms=len(alarms),
            partners=partners,
            came_true=sum(self.is_silent(case) for case in alarms),
            signal=self._hit(is_raised, 1) if enough else Hit(),
            days=self._hit(plain.weight, plain.tied) if enough else Hit(),
            threshold=plain.threshold,
            gain=gain,
            over_base=over_base,
            early_gain=early,
            after=_what_came(alarms),
            standing=_standing(len(alarms), partners, enough, plain.picks(self.judged) == alarms, gain),
        )

    def _hits(self, weight: Weight) -> tuple[list[int], list[int]]:
        return self.sums(lambda case: weight(case) * self.is_silent(case)), self.sums(weight)

    def _early_gain(self, is_raised: Callable[[Case], bool]) -> Estimate | None:
        """Return the gain among partners just spoken with; None with too few alarms."""

        def is_open(case: Case) -> bool:
            return case.after.faded is not None and case.verdict.quiet_days < JUST_DAYS

        spoken = [case for case in self.judged if is_open(case)]
        alarms = sum(map(is_raised, spoken))
        if alarms < MIN_ALARMS:
            return None
        plain = _DaysPick.of(spoken, alarms)

        def fades(weight: Weight) -> tuple[list[int], list[int]]:
            picked = self.sums(lambda case: weight(case) * is_open(case))
            return self.sums(lambda case: weight(case) * is_open(case) * (case.after.faded is True)), picked

        return self.draws.difference(fades(is_raised), fades(plain.weight))

    def _hit(self, weight: Weight, whole: int) -> Hit:
        """Return how good the picks are. A case that is picked for certain weighs `whole`."""
        hits, picked = self._hits(weight)
        return Hit(
            precision=self.draws.share(hits, picked),
            recall=self.draws.share(hits, self.sums(lambda case: whole * self.is_silent(case))),
            lead_days=self.draws.median(self._leads(weight)),
        )

    def _leads(self, weight: Weight) -> list[list[int]]:
        """Return by partner, for each silence that was foretold, the days from the first time until it was 90 days
        old."""
        first: dict[tuple[int, date], date] = {}
        for case in self.judged:
            if weight(case) and self.is_silent(case):
                day = case.verdict.day
                began = day - timedelta(days=case.verdict.quiet_days)
                first[case.partner_id, began] = min(day, first.get((case.partner_id, began), day))
        leads: dict[int, list[int]] = defaultdict(list)
        for (partner, began), day in first.items():
            leads[partner].append(SILENT_DAYS - (day - began).days)
        return [leads[partner] for partner in self.places]


@dataclass(frozen=True, slots=True)
class _DaysPick:
    """As many cases as a signal picks, by the days since the last contact. Ties at `threshold` share what is left:
    each weighs `rest`, and a case beyond it `tied`."""

    threshold: int | None
    rest: int
    tied: int

    @classmethod
    def of(cls, judged: Sequence[Case], number: int) -> "_DaysPick":
        left = number
        for days, tied in sorted(Counter(case.verdict.quiet_days for case in judged).items(), reverse=True):
            if tied >= left:
                return cls(days, left, tied) if left else cls(None, 0, 1)
            left -= tied
        return cls(None, 0, 1)

    def weight(self, case: Case) -> int:
        if self.threshold is None or case.verdict.quiet_days < self.threshold:
            return 0
        return self.tied if case.verdict.quiet_days > self.threshold else self.rest

    def picks(self, judged: Sequence[Case]) -> list[Case]:
        """Return the cases that it picks for certain."""
        return [case for case in judged if self.weight(case) == self.tied]


def _standing(alarms: int, partners: int, enough: bool, same: bool, gain: Estimate | None) -> Standing:
    if not enough or gain is None:
        return Standing.TOO_FEW
    if same:
        return Standing.SAME
    if gain.low > 0:
        return Standing.BETTER
    if gain.high <= MARGIN and alarms >= ENOUGH_ALARMS and partners >= ENOUGH_PARTNERS:
        return Standing.NO_BETTER
    return Standing.UNCLEAR


def _what_came(cases: Sequence[Case]) -> dict[str, Tally]:
    known = {name: [came for case in cases if (came := getattr(case.after, name)) is not None] for name in _CAME}
    return {name: Tally(sum(came), len(came)) for name, came in known.items()}


_CAME = Aftermath._fields


def _month(day: date, cases: Sequence[Case], reasons: Sequence[Reason]) -> MonthProof:
    raised = {reason: [case for case in cases if reason in case.verdict.reasons] for reason in reasons}
    return MonthProof(
        day,
        len(cases),
        sum(_Bench.is_silent(case) for case in cases),
        {
            reason: Tally(sum(_Bench.is_silent(case) for case in found), len(found))
            for reason, found in raised.items()
            if found
        },
    )
