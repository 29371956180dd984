"""Load partners' scores and signals for nudges, the digest, cards, Home and the CLI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from bot.process.gc_pause import gc_paused
from bot.scores import cadence, facts, outlook, people, record_status
from bot.scores.models import NO_OUTLOOK, Outlook, Promise, ScoredPartner
from bot.workspace.team import Team
from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.forecast import DatedCount, count_rows, find_first_fall
from scoring.months import window_start
from scoring.portfolio import effort_minutes
from scoring.rvi import Score, score_partner
from scoring.signals import FALL_DAYS, WEAKENING_DAYS, Reason, RecordStatus, Signal, find_signals, is_quiet, is_weakened
from scoring.trust import Rating, trust_on
from scoring.vocabulary import Direction, Promiser, Status
from storage.ledger import by_day as ledger_days
from storage.ledger import costs, partner_totals, trust_ratings
from storage.partners import promises, snapshots
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Partner

MAX_SELECTED = 1_000  # ids in one question


def load_scored(
    session: Session,
    *,
    team: Team,
    day: date,
    partner_id: int | None = None,
    owner: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[ScoredPartner]:
    """Load scores as of `day`, sorted by name, filtered by partner, owner or statuses."""
    found = snapshots.list_snapshots(
        session, workspace_id=team.id, partner_id=partner_id, owner=owner, statuses=statuses
    )
    # A few partners are looked up one by one; for most of them one pass over all is quicker.
    few = (partner_id is not None or owner is not None) and len(found) <= MAX_SELECTED
    return score_snapshots(session, team=team, day=day, found=found, few=few)


def score_snapshots(
    session: Session, *, team: Team, day: date, found: Sequence[PartnerSnapshot], few: bool = False
) -> list[ScoredPartner]:
    """Score loaded partners in their order. With `few`, look them up one by one."""
    with gc_paused():
        return _score_snapshots(session, team, day, found, few)


def _score_snapshots(
    session: Session, team: Team, day: date, found: Sequence[PartnerSnapshot], few: bool
) -> list[ScoredPartner]:
    only = [partner.id for partner in found] if few else None
    known = _load_rows(session, team, day, only)
    scores = {partner.id: known.scores(team, partner) for partner in found}
    # It is told of those that are quiet, and of a few that are looked at; else it costs, and nobody asks.
    told = found if few or team.learn_cadence else [one for one in found if _may_be_quiet(team, one, scores[one.id][0])]
    rhythms = cadence.load_rhythms(session, team=team, day=day, partners=told, few=len(told) <= MAX_SELECTED)
    promised = _load_promises(session, team=team, day=day, only=only)
    of_people = people.load_people(session, team=team, day=day, only=only)
    return [
        _build_scored(
            team,
            partner,
            scores[partner.id],
            known,
            promised.get(partner.id, ()),
            rhythms.get(partner.id),
            of_people.get(partner.id, people.NOBODY),
        )
        for partner in found
    ]


def _may_be_quiet(team: Team, partner: PartnerSnapshot, now: Score) -> bool:
    return is_quiet(now, cadence.cadence_days(team, partner, None))


def load_scores_on(
    session: Session, *, team: Team, day: date, statuses: Collection[str] | None = None
) -> list[tuple[PartnerSnapshot, Score]]:
    """Load every partner with its score on a day, sorted by name, without signals, costs or outlook."""
    with gc_paused():
        found = snapshots.list_snapshots(session, workspace_id=team.id, statuses=statuses)
        scores = facts.scores_on_days(session, team=team, partners=found, days=[day])
        return [(partner, scores[partner.id][0]) for partner in found]


@dataclass(frozen=True, slots=True)
class _LoadedRows:
    """Everything known about all partners on a day and since `days[1]`, 30 days before."""

    days: tuple[date, date]
    sums: dict[int, partner_totals.PartnerSums]
    rated: dict[int, list[Rating]]
    spent: dict[int, tuple[costs.CostTotals, ...]]
    gone: dict[int, ActivityCounts]
    come: dict[int, ActivityCounts]
    ahead: dict[int, Outlook]

    def scores(self, team: Team, partner: PartnerSnapshot) -> tuple[Score, ...]:
        """Score a partner on both days. The earlier tally is today's plus what left since, minus what came."""
        id = partner.id
        its = self.sums.get(id, _NO_SUMS)
        now = facts.to_tally(its.windows[0])
        before = now.moved(gone=self.come.get(id, NO_ACTIVITY), come=self.gone.get(id, NO_ACTIVITY))
        return facts.partner_scores_on_days(
            team, partner, self.days, (now, before), its, self.rated[id], self.spent.get(id)
        )


_NO_SUMS = partner_totals.empty_sums(2, summed=1)


def _load_rows(session: Session, team: Team, day: date, only: Collection[int] | None) -> _LoadedRows:
    before, until = day - timedelta(days=WEAKENING_DAYS), day + timedelta(days=FALL_DAYS)
    windows = [(window_start(day), day), (window_start(before), before)]
    asked: dict[str, Any] = {"workspace_id": team.id, "partner_ids": only}
    rated = facts.group_ratings(trust_ratings.load_ratings(session, **asked, until=day))
    # Of the rows near the edges of the twelve months it is told which left, which came, and which are about to leave.
    spans = [(window_start(before), window_start(until)), (before, day)]
    near = ledger_days.dated_by_partner(session, **asked, spans=spans, make=facts.to_dated)
    gone, going, come = _split_window(near, window_start(day), before)
    return _LoadedRows(
        days=(day, before),
        sums=partner_totals.load_sums(session, **asked, windows=windows, summed=1),
        rated=rated,
        spent=costs.totals_by_partner(session, **asked, windows=windows),
        gone=gone,
        come=come,
        ahead=outlook.build_outlooks(session, team=team, day=day, until=until, going=going, rated=rated, only=only),
    )


def _split_window(
    near: dict[int, list[DatedCount]], begin: date, before: date
) -> tuple[dict[int, ActivityCounts], dict[int, list[DatedCount]], dict[int, ActivityCounts]]:
    """Sort rows, per partner, into those that left by `begin`, are about to leave, or came after `before`."""
    gone: dict[int, ActivityCounts] = {}
    going: dict[int, list[DatedCount]] = {}
    come: dict[int, ActivityCounts] = {}
    for of, rows in near.items():
        if left := [row for row in rows if row.occurred_on <= begin]:
            gone[of] = count_rows(left)
        if new := [row for row in rows if row.occurred_on > before]:
            come[of] = count_rows(new)
        if len(left) + len(new) < len(rows):
            going[of] = [row for row in rows if begin < row.occurred_on <= before]
    return gone, going, come


def _build_scored(
    team: Team,
    partner: PartnerSnapshot,
    at: Sequence[Score],
    known: _LoadedRows,
    promised: tuple[Promise, ...],
    rhythm: int | None,
    its_people: people.PeopleFacts,
) -> ScoredPartner:
    (now, before), id = at, partner.id
    its = known.ahead.get(id, NO_OUTLOOK)
    falls = find_first_fall(now, its.rows, now.day + timedelta(days=FALL_DAYS), its.ratings)
    missing, reviews = record_status.missing_fields(partner), record_status.due_reviews(partner, now, team)
    every = cadence.cadence_days(team, partner, rhythm)
    moved = known.gone.get(id, NO_ACTIVITY), known.come.get(id, NO_ACTIVITY)
    ours = tuple(promise for promise in promised if promise.side == Promiser.US)
    theirs = tuple(promise for promise in promised if promise.side == Promiser.THEM)
    untold = now.facts.last_touch_on is None and partner.since_on < team.today(partner.created_at)
    own = is_weakened(now, before) and _by_own_rating(partner.owner, now, before, known.rated[id])
    of = ScoredPartner(
        partner,
        now,
        before,
        (),
        ours,
        every,
        falls,
        missing,
        reviews,
        rhythm,
        its,
        *moved,
        untold,
        own,
        theirs,
        its_people,
    )
    if partner.status == Status.PROSPECT:  # nothing is expected of one, but what was promised
        return replace(of, reasons=tuple(one for one in _reasons(team, of) if one.reason == Reason.PROMISE))
    return replace(of, reasons=_reasons(team, of)) if partner.status == Status.ACTIVE else of


def _reasons(team: Team, of: ScoredPartner) -> tuple[Signal, ...]:
    late = [promise.due_on for promise in of.promises if promise.due_on and promise.due_on < of.now.day]
    record = RecordStatus(
        cadence_days=of.cadence_days,
        overdue=len(late),
        overdue_since=max(late, default=None),
        falls=of.next_fall is not None,
        review_due=bool(of.due_reviews),
        missing=len(of.missing_fields),
        is_paper=of.is_paper,
        is_untold=of.is_untold,
        sponsor_gone_on=gone.gone_on(of.now.day) if (gone := of.people.gone_sponsor) else None,
        only_person=of.people.only_person is not None,
    )
    return find_signals(of.now, of.before, record, off=team.signals_off)


def _by_own_rating(owner: str | None, now: Score, before: Score, rated: Sequence[Rating]) -> bool:
    """Return whether the RVI weakened only because of the owner's own rating."""
    known = [one for one in rated if one.rater != owner or one.rated_on <= before.day]
    if owner is None or len(known) == len(rated):
        return False
    return not is_weakened(score_partner(replace(now.facts, trust=trust_on(known, now.day))), before)


def partner_scores(session: Session, *, team: Team, partner_id: int, days: Sequence[date]) -> tuple[Score, ...]:
    """Score one partner on each of these days, without costs."""
    (found,) = snapshots.list_snapshots(session, workspace_id=team.id, partner_id=partner_id)
    return scores_of_partner(session, team=team, partner=found, days=days)


def scores_of_partner(
    session: Session, *, team: Team, partner: PartnerSnapshot | Partner, days: Sequence[date]
) -> tuple[Score, ...]:
    """Do the same for a partner whose row is loaded."""
    assert partner.id is not None  # stored
    return facts.scores_on_days(session, team=team, partners=[partner], days=days, only=[partner.id])[partner.id]


def _load_promises(
    session: Session, *, team: Team, day: date, only: Collection[int] | None
) -> dict[int, tuple[Promise, ...]]:
    found: dict[int, tuple[Promise, ...]] = defaultdict(tuple)
    for step in promises.list_open(session, workspace_id=team.id, instant=team.end_of(day), partner_ids=only):
        assert step.id is not None  # stored
        found[step.partner_id] += (Promise(step.id, step.what, step.due_on, step.promised_by, Promiser(step.side)),)
    return found


def load_efforts(session: Session, *, team: Team, day: date) -> dict[int, int]:
    """Sum the minutes spent on each partner in the twelve months up to `day`. Partners with none are left out."""
    window = (window_start(day), day)
    touched = partner_totals.count_touches(session, workspace_id=team.id, after=window[0], until=window[1])
    spent = costs.totals_by_partner(session, workspace_id=team.id, windows=[window])
    return {
        id: effort_minutes(
            {Direction(way): number for way, number in touched.get(id, {}).items()},
            spent[id][0].minutes if id in spent else 0,
        )
        for id in touched.keys() | spent.keys()
    }
