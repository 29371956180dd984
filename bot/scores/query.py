"""Partners' scores and signals out of the database: what nudge, digest, card, Home and CLI all ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from bot.process.gc_pause import undisturbed
from bot.scores import cadence, facts, outlook, record_status
from bot.scores.outlook import NOTHING_AHEAD, Ahead
from bot.workspace.team import Team
from scoring.counts import NOTHING, Tally
from scoring.forecast import Dated, Step, first_fall, tally_of
from scoring.months import window_start
from scoring.portfolio import effort
from scoring.rvi import Score
from scoring.signals import FALL_DAYS, WEAKENING_DAYS, Reason, Record, Signal, is_quiet, signals
from scoring.trust import Rating
from scoring.vocabulary import Direction, Status
from storage.ledger import by_day as ledger_days
from storage.ledger import costs, partner_totals, trust_ratings
from storage.partners import promises, snapshots
from storage.partners.snapshots import Standing
from storage.tables import Partner

FEW = 1_000  # ids in one question


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised to a partner and not yet done."""

    id: int
    what: str
    due_on: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A partner with its score, the score of 30 days before, and the reasons to act on it.

    `ahead` is what is known of the coming 30 days; `falls` the day among them on which, with nothing new, its band is
    lower; `missing` what its record lacks, `reviews` which reviews are due, in words. `rhythm` is every how many days
    one usually speaks: learnt where no cadence is set, and None where there is too little to learn from. `gone` left
    the twelve months since the day of `before`, and `come` came into them.
    """

    partner: Standing
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
    gone: Tally = NOTHING
    come: Tally = NOTHING

    @property
    def is_snoozed(self) -> bool:
        return self.partner.snoozed_until_on is not None and self.now.day < self.partner.snoozed_until_on

    @property
    def keeps_rhythm(self) -> bool:
        """Whether the cadence is what is usual anyway."""
        return self.rhythm == self.cadence_days

    def has(self, reason: Reason) -> bool:
        return any(signal.reason == reason for signal in self.signals)


SortKey = Callable[[Scored], Any]


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
    found = snapshots.standings(session, workspace_id=team.id, partner_id=partner_id, owner=owner, statuses=statuses)
    # A few partners are looked up one by one; for most of them one pass over all is quicker.
    few = (partner_id is not None or owner is not None) and len(found) <= FEW
    return among(session, team=team, day=day, found=found, few=few)


def among(session: Session, *, team: Team, day: date, found: Sequence[Standing], few: bool = False) -> list[Scored]:
    """The same of partners that were read already, in their order; `few` of them are looked up one by one."""
    with undisturbed():
        return _among(session, team, day, found, few)


def _among(session: Session, team: Team, day: date, found: Sequence[Standing], few: bool) -> list[Scored]:
    only = [partner.id for partner in found] if few else None
    known = _known(session, team, day, only)
    scores = {partner.id: known.scores(team, partner) for partner in found}
    # It is told of those that are quiet, and of a few that are looked at; else it costs, and nobody asks.
    told = found if few or team.learn_cadence else [one for one in found if _may_be_quiet(team, one, scores[one.id][0])]
    rhythms = cadence.rhythms(session, team=team, day=day, partners=told, few=len(told) <= FEW)
    promised = _promises(session, team=team, day=day, only=only)
    return [
        _scored(team, partner, scores[partner.id], known, promised.get(partner.id, ()), rhythms.get(partner.id))
        for partner in found
    ]


def _may_be_quiet(team: Team, partner: Standing, now: Score) -> bool:
    return is_quiet(now, cadence.cadence(team, partner, None))


def all_on(
    session: Session, *, team: Team, day: date, statuses: Collection[str] | None = None
) -> list[tuple[Standing, Score]]:
    """Every partner with its score on a day, both sides, by its name: for whoever asks for no signal, no cost and
    nothing of what is ahead."""
    with undisturbed():
        found = snapshots.standings(session, workspace_id=team.id, statuses=statuses)
        scores = facts.scores(session, team=team, partners=found, days=[day])
        return [(partner, scores[partner.id][0]) for partner in found]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all partners on a day, and of how it came there since `days[1]`, 30 days before."""

    days: tuple[date, date]
    sums: dict[int, partner_totals.Sums]
    rated: dict[int, list[Rating]]
    spent: dict[int, tuple[costs.Spent, ...]]
    gone: dict[int, Tally]
    come: dict[int, Tally]
    ahead: dict[int, Ahead]

    def scores(self, team: Team, partner: Standing) -> tuple[Score, ...]:
        """A partner's score on both days: what was done by the earlier one is what is done now, with what left since
        and without what came."""
        id = partner.id
        its = self.sums.get(id, _NOTHING)
        now = facts.tally(its.windows[0])
        before = now.moved(gone=self.come.get(id, NOTHING), come=self.gone.get(id, NOTHING))
        return facts.on_days(team, partner, self.days, (now, before), its, self.rated[id], self.spent.get(id))


_NOTHING = partner_totals.no_sums(2, summed=1)


def _known(session: Session, team: Team, day: date, only: Collection[int] | None) -> _Known:
    before, until = day - timedelta(days=WEAKENING_DAYS), day + timedelta(days=FALL_DAYS)
    windows = [(window_start(day), day), (window_start(before), before)]
    asked: dict[str, Any] = {"workspace_id": team.id, "partner_ids": only}
    rated = facts.rated(trust_ratings.ratings(session, **asked, until=day))
    # Of the rows near the edges of the twelve months it is told which left, which came, and which are about to leave.
    spans = [(window_start(before), window_start(until)), (before, day)]
    near = ledger_days.dated(session, **asked, spans=spans, make=facts.dated)
    gone, going, come = _parted(near, window_start(day), before)
    return _Known(
        days=(day, before),
        sums=partner_totals.sums(session, **asked, windows=windows, summed=1),
        rated=rated,
        spent=costs.spent(session, **asked, windows=windows),
        gone=gone,
        come=come,
        ahead=outlook.known(session, team=team, day=day, until=until, going=going, rated=rated, only=only),
    )


def _parted(
    near: dict[int, list[Dated]], begin: date, before: date
) -> tuple[dict[int, Tally], dict[int, list[Dated]], dict[int, Tally]]:
    """For each partner what left by the twelve months' `begin`, what is about to leave, what came after `before`."""
    gone: dict[int, Tally] = {}
    going: dict[int, list[Dated]] = {}
    come: dict[int, Tally] = {}
    for of, rows in near.items():
        if left := [row for row in rows if row.on <= begin]:
            gone[of] = tally_of(left)
        if new := [row for row in rows if row.on > before]:
            come[of] = tally_of(new)
        if len(left) + len(new) < len(rows):
            going[of] = [row for row in rows if begin < row.on <= before]
    return gone, going, come


def _scored(
    team: Team,
    partner: Standing,
    at: Sequence[Score],
    known: _Known,
    promised: tuple[Promise, ...],
    rhythm: int | None,
) -> Scored:
    (now, before), id = at, partner.id
    its = known.ahead.get(id, NOTHING_AHEAD)
    falls = first_fall(now, its.rows, now.day + timedelta(days=FALL_DAYS), its.ratings)
    missing, reviews = record_status.missing(partner), record_status.reviews_due(partner, now, team)
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
    moved = known.gone.get(id, NOTHING), known.come.get(id, NOTHING)
    return Scored(partner, now, before, found, promised, every, falls, missing, reviews, rhythm, its, *moved)


def on_days(session: Session, *, team: Team, partner_id: int, days: Sequence[date]) -> tuple[Score, ...]:
    """One partner's score on each of these days, without its costs: what a record moves."""
    (found,) = snapshots.standings(session, workspace_id=team.id, partner_id=partner_id)
    return of(session, team=team, partner=found, days=days)


def of(session: Session, *, team: Team, partner: Standing | Partner, days: Sequence[date]) -> tuple[Score, ...]:
    """The same of a partner whose row was read already."""
    assert partner.id is not None  # stored
    return facts.scores(session, team=team, partners=[partner], days=days, only=[partner.id])[partner.id]


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
    touched = partner_totals.touches(session, workspace_id=team.id, after=window[0], until=window[1])
    spent = costs.spent(session, workspace_id=team.id, windows=[window])
    return {
        id: effort(
            {Direction(way): number for way, number in touched.get(id, {}).items()},
            spent[id][0].minutes if id in spent else 0,
        )
        for id in touched.keys() | spent.keys()
    }
