"""Partners' scores and signals out of the database: what nudge, digest, card, Home and CLI all ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from sqlmodel import Session

from bot import cadence, partner_facts
from bot.team import Team
from scoring import change
from scoring.forecast import Dated, Step, first_fall, path, shown
from scoring.months import WINDOW_MONTHS, age_in_months, window_start
from scoring.portfolio import effort
from scoring.rvi import PROVISIONAL_MONTHS, Facts, Score, reading, score
from scoring.signals import FALL_DAYS, WEAKENING_DAYS, Reason, Record, Signal, is_quiet, signals
from scoring.tally import NOTHING, Tally
from scoring.trust import Rating, trust_on
from scoring.words import Band, Direction, Kind, Side, Status
from storage import costs, ledger, partners, promises, trust
from storage.tables import Partner


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised to a partner and not yet done."""

    id: int
    what: str
    due_on: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known on a day of the time to come: what leaves the twelve months, what is planned, and, where one is
    dated ahead, all ratings."""

    rows: Sequence[Dated] = ()
    ratings: Sequence[Rating] = ()


NOTHING_AHEAD = Ahead()


@dataclass(frozen=True, slots=True)
class Scored:
    """A partner with its score, the score of 30 days before, and the reasons to act on it.

    `ahead` is what is known of the coming 30 days; `falls` the day among them on which, with nothing new, its band is
    lower; `missing` what its record lacks, `reviews` which reviews are due, in words. `rhythm` is every how many days
    one usually speaks: learnt where no cadence is set, and None where there is too little to learn from.
    """

    partner: partners.Standing
    now: Score
    before: Score
    signals: tuple[Signal, ...]
    promises: tuple[Promise, ...]
    cadence_days: int
    falls: Step | None = None
    missing: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    rhythm: int | None = None
    ahead: Ahead = NOTHING_AHEAD

    @property
    def is_snoozed(self) -> bool:
        return self.partner.snoozed_until_on is not None and self.now.day < self.partner.snoozed_until_on

    @property
    def keeps_rhythm(self) -> bool:
        """Whether the cadence is what is usual anyway."""
        return self.rhythm == self.cadence_days

    def has(self, reason: Reason) -> bool:
        return any(signal.reason == reason for signal in self.signals)


KEYS = {(kind.value, way.value): (kind, way) for kind in Kind for way in Direction}


class Stood(NamedTuple):
    """How a partner stood on a day, seen by us and by them; no RVI and no band without a rating."""

    provisional: bool
    rvi: Decimal | None
    band: Band | None
    reverse_rvi: Decimal | None
    reverse_band: Band | None


FEW = 1_000  # ids in one question

SortKey = Callable[[Scored], Any]


def tally(counts: dict[tuple[str, str], int]) -> Tally:
    """A window's sums, as the database gives them, in the words of `scoring`."""
    return Tally({KEYS[key]: number for key, number in counts.items()})


def read(
    session: Session,
    *,
    team: Team,
    day: date,
    partner_id: int | None = None,
    owner: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[Scored]:
    """The scores as of `day`, by the partner's name; of one partner, one owner's, or some statuses."""
    found = partners.standings(session, workspace_id=team.id, partner_id=partner_id, owner=owner, statuses=statuses)
    days = (day, day - timedelta(days=WEAKENING_DAYS))
    # A few partners are looked up one by one; for most of them one pass over all is quicker.
    few = (partner_id is not None or owner is not None) and len(found) <= FEW
    only = [partner.id for partner in found] if few else None
    scores = _scores(session, team=team, partners_=found, days=days, only=only, with_costs=True)
    promised = _promises(session, team=team, day=day, only=only)
    ahead = _ahead(session, team=team, day=day, until=day + timedelta(days=FALL_DAYS), only=only)
    # It is told of those that are quiet, and of a few that are looked at; else it costs, and nobody asks.
    told = found if few or team.learn_cadence else [one for one in found if _may_be_quiet(team, one, scores[one.id][0])]
    rhythms = cadence.rhythms(session, team=team, day=day, partners=told, few=len(told) <= FEW)
    return [
        _scored(
            team,
            partner,
            scores[partner.id],
            promised.get(partner.id, ()),
            ahead.get(partner.id, NOTHING_AHEAD),
            rhythms.get(partner.id),
        )
        for partner in found
    ]


def _may_be_quiet(team: Team, partner: partners.Standing, now: Score) -> bool:
    return is_quiet(now, cadence.cadence(team, partner, None))


def all_on(
    session: Session, *, team: Team, day: date, statuses: Collection[str] | None = None
) -> list[tuple[partners.Standing, Score]]:
    """Every partner's score on a day, both sides, by the partner's name; without costs, signals and what is ahead."""
    found = partners.standings(session, workspace_id=team.id, statuses=statuses)
    scores = _scores(session, team=team, partners_=found, days=[day], only=None)
    return [(partner, scores[partner.id][0]) for partner in found]


def _scored(
    team: Team,
    partner: partners.Standing,
    at: Sequence[Score],
    promised: tuple[Promise, ...],
    ahead: Ahead,
    rhythm: int | None,
) -> Scored:
    now, before = at
    falls = first_fall(now, ahead.rows, now.day + timedelta(days=FALL_DAYS), ahead.ratings)
    missing, reviews = partner_facts.missing(partner), partner_facts.reviews_due(partner, now, team)
    every = cadence.cadence(team, partner, rhythm)
    found: tuple[Signal, ...] = ()
    if partner.status == Status.ACTIVE and partner.owner:
        said = Record(
            cadence_days=every,
            overdue=sum(1 for promise in promised if promise.due_on and promise.due_on < now.day),
            falls=falls is not None,
            review_due=bool(reviews),
            missing=len(missing),
        )
        found = signals(now, before, said)
    return Scored(partner, now, before, found, promised, every, falls, missing, reviews, rhythm, ahead)


def on_days(session: Session, *, team: Team, partner_id: int, days: Sequence[date]) -> tuple[Score, ...]:
    """One partner's score on each of these days, without its costs: what a record moves."""
    (found,) = partners.standings(session, workspace_id=team.id, partner_id=partner_id)
    return of(session, team=team, partner=found, days=days)


def of(
    session: Session, *, team: Team, partner: partners.Standing | Partner, days: Sequence[date]
) -> tuple[Score, ...]:
    """The same of a partner whose row was read already."""
    assert partner.id is not None  # stored
    return _scores(session, team=team, partners_=[partner], days=days, only=[partner.id])[partner.id]


def history(
    session: Session, *, team: Team, partners_: Sequence[partners.Standing], days: Sequence[date]
) -> dict[int, tuple[Stood, ...]]:
    """How partners stood on each of these days, the earliest first, by their ids; one pass over the ledger for all.

    Only what an RVI is made of is looked at: the totals of both sides, the months and trust.
    """
    totals = ledger.totals(session, workspace_id=team.id, windows=[(window_start(day), day) for day in days])
    rated = _rated(trust.ratings(session, workspace_id=team.id, until=max(days)))
    nothing = (None, [0] * len(days), [0] * len(days))
    return {one.id: _stood(one, days, rated[one.id], *totals.get(one.id, nothing)) for one in partners_}


def _stood(
    partner: partners.Standing,
    days: Sequence[date],
    ratings: list[Rating],
    first_on: date | None,
    ours: list[int],
    theirs: list[int],
) -> tuple[Stood, ...]:
    start = min(partner.since_on, first_on or partner.since_on)
    grown = start <= window_start(days[0])  # over a year old on all of them
    settled = all(rating.rated_on <= days[0] for rating in ratings)
    levels = _levels(ratings, days[0])
    found = []
    for place, day in enumerate(days):
        age = WINDOW_MONTHS if grown else age_in_months(start, day)
        if not settled:
            levels = _levels(ratings, day)
        months = min(age, WINDOW_MONTHS)
        _, rvi, band = reading(ours[place], months, levels[0])
        _, reverse_rvi, reverse_band = reading(theirs[place], months, levels[1])
        found.append(Stood(age < PROVISIONAL_MONTHS, rvi, band, reverse_rvi, reverse_band))
    return tuple(found)


def _levels(ratings: list[Rating], day: date) -> tuple[Fraction | None, Fraction | None]:
    trusted = trust_on(ratings, day)
    return trusted[Side.OURS].level, trusted[Side.THEIRS].level


def _scores(
    session: Session,
    *,
    team: Team,
    partners_: Sequence[partners.Standing | Partner],
    days: Sequence[date],
    only: Collection[int] | None,
    with_costs: bool = False,
) -> dict[int, tuple[Score, ...]]:
    windows = [(window_start(day), day) for day in days]
    sums = ledger.sums(session, workspace_id=team.id, windows=windows, partner_ids=only)
    rated = _rated(trust.ratings(session, workspace_id=team.id, until=max(days), partner_ids=only))
    spent: dict[int, tuple[costs.Spent, ...]] = {}
    if with_costs:
        spent = costs.spent(session, workspace_id=team.id, windows=windows, partner_ids=only)
    return {
        id: _on_days(team, partner, days, sums.get(id), rated[id], spent.get(id))
        for partner in partners_
        if (id := partner.id) is not None
    }


def _on_days(
    team: Team,
    partner: partners.Standing | Partner,
    days: Sequence[date],
    sums: ledger.Sums | None,
    ratings: list[Rating],
    spent: tuple[costs.Spent, ...] | None,
) -> tuple[Score, ...]:
    sums = sums or ledger.no_sums(len(days))
    start = min(partner.since_on, sums.first_on or partner.since_on)
    return tuple(
        score(
            Facts(
                day=day,
                start=start,
                tally=tally(sums.windows[place]),
                trust=trust_on(ratings, day),
                last_touch_on=sums.last_touch_on[place],
                value_won=sums.won_minor[place],
                cost=partner_facts.cost(
                    partner,
                    spent[place] if spent else None,
                    months=min(age_in_months(start, day), WINDOW_MONTHS),
                    wins=sums.wins[place],
                    value_won=sums.won_minor[place],
                    hourly_rate=team.hourly_rate,
                ),
            )
        )
        for place, day in enumerate(days)
    )


def _rated(rows: Iterable[tuple[int, str, str, int, date, int]]) -> dict[int, list[Rating]]:
    rated = defaultdict(list)
    for of, side, rater, level, on, order in rows:
        rated[of].append(Rating(Side(side), rater, level, on, order))
    return rated


def forecast(session: Session, *, team: Team, scored: Sequence[Scored], until: date) -> list[tuple[Step, ...]]:
    """For each partner every day up to `until` on which its RVI changes with nothing new. All are of one day."""
    if not scored:
        return []
    only = [scored[0].partner.id] if len(scored) == 1 else None
    ahead = _ahead(session, team=team, day=scored[0].now.day, until=until, only=only)
    found = [(one.now, ahead.get(one.partner.id, NOTHING_AHEAD)) for one in scored]
    return [shown(path(now, its.rows, until, its.ratings)) for now, its in found]


def known_ahead(session: Session, *, team: Team, scored: Scored, until: date) -> Ahead:
    """What is known, on the day of a partner's score, of its time up to `until`."""
    id = scored.partner.id
    return _ahead(session, team=team, day=scored.now.day, until=until, only=[id]).get(id, NOTHING_AHEAD)


def _ahead(session: Session, *, team: Team, day: date, until: date, only: Collection[int] | None) -> dict[int, Ahead]:
    """For each partner what is known on `day`. Of later days that is only what had been written down by then: whoever
    looks back from later sees the same."""
    known_at = team.end_of(day)
    rows = ledger.dated(
        session,
        workspace_id=team.id,
        after=window_start(day),
        gone_by=min(window_start(until), day),
        today=day,
        planned_until=until,
        known_at=known_at,
        partner_ids=only,
    )
    ratings = trust.ratings(session, workspace_id=team.id, until=until, ahead=(day, known_at), partner_ids=only)
    planned = {of: of_one for of, of_one in _rated(ratings).items() if any(rating.rated_on > day for rating in of_one)}
    return {of: Ahead(_dated(rows.get(of, ())), planned.get(of, ())) for of in rows.keys() | planned.keys()}


def _dated(rows: Iterable[tuple[date, str, str, int]]) -> tuple[Dated, ...]:
    return tuple(Dated(on, Kind(kind), Direction(way), number) for on, kind, way, number in rows)


def _promises(
    session: Session, *, team: Team, day: date, only: Collection[int] | None
) -> dict[int, tuple[Promise, ...]]:
    found: dict[int, tuple[Promise, ...]] = defaultdict(tuple)
    for step in promises.open_at(session, workspace_id=team.id, instant=team.end_of(day), partner_ids=only):
        assert step.id is not None  # stored
        found[step.partner_id] += (Promise(step.id, step.what, step.due_on, step.promised_by),)
    return found


def efforts(session: Session, *, team: Team, day: date) -> dict[int, int]:
    """Minutes that went into each partner in the twelve months up to `day`; whoever took none is left out."""
    window = (window_start(day), day)
    touched = partners.touches(session, workspace_id=team.id, after=window[0], until=window[1])
    spent = costs.spent(session, workspace_id=team.id, windows=[window])
    return {
        id: effort(
            {Direction(way): number for way, number in touched.get(id, {}).items()},
            spent[id][0].minutes if id in spent else 0,
        )
        for id in touched.keys() | spent.keys()
    }


def why(session: Session, *, team: Team, scored: Scored, side: Side = Side.OURS) -> change.Change:
    """Why the RVI of a partner moved since its earlier score."""
    return why_between(
        session, team=team, partner_id=scored.partner.id, before=scored.before, after=scored.now, side=side
    )


def whys(session: Session, *, team: Team, scored: Sequence[Scored]) -> list[change.Change]:
    """Why the RVIs of many partners moved since their earlier scores, all of the same two days; one question."""
    if not scored:
        return []
    ids = [one.partner.id for one in scored]
    before, after = scored[0].before.day, scored[0].now.day
    moved = _moved(session, team, ids if len(ids) <= FEW else None, before, after)
    return [
        change.explain(one.before, one.now, Side.OURS, rolled_out=rolled, new=new)
        for one in scored
        for rolled, new in [moved.get(one.partner.id, (NOTHING, NOTHING))]
    ]


def why_between(
    session: Session, *, team: Team, partner_id: int, before: Score, after: Score, side: Side = Side.OURS
) -> change.Change:
    """Why a partner's RVI moved between two days; rows that were voided since count on neither."""
    moved = _moved(session, team, [partner_id], before.day, after.day)
    rolled, new = moved.get(partner_id, (NOTHING, NOTHING))
    return change.explain(before, after, side, rolled_out=rolled, new=new)


def _moved(
    session: Session, team: Team, partner_ids: Collection[int] | None, before: date, after: date
) -> dict[int, tuple[Tally, Tally]]:
    """For each partner what left the twelve months from one day to another, and what came into them."""
    edges = sorted({window_start(before), before, window_start(after), after})
    spans = list(pairwise(edges)) or [(after, after)]
    was = [window_start(before) <= begin and end <= before for begin, end in spans]
    now = [window_start(after) <= begin and end <= after for begin, end in spans]
    found = ledger.sums(session, workspace_id=team.id, windows=spans, partner_ids=partner_ids)
    return {
        of: (
            _added(sums.windows, [a and not b for a, b in zip(was, now, strict=True)]),
            _added(sums.windows, [b and not a for a, b in zip(was, now, strict=True)]),
        )
        for of, sums in found.items()
    }


def _added(windows: Sequence[dict[tuple[str, str], int]], chosen: Sequence[bool]) -> Tally:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for numbers in (window for window, is_in in zip(windows, chosen, strict=True) if is_in):
        for key, number in numbers.items():
            total[key] += number
    return tally(total)
