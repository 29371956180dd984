"""Load partners' pasts, with what was known when, for looking back."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.process.gc_pause import gc_paused
from bot.scores import trends
from bot.workspace.team import Team
from scoring import backtest
from scoring.backtest import Backtest, Case
from scoring.nudge_effects import Pasts, Telling
from scoring.replay import ALWAYS, DuePromise, KnownRating, LedgerRow, PartnerHistory, Rules
from scoring.signals import Reason
from scoring.trust import Rating
from scoring.vocabulary import Direction, Kind, Outcome, Side
from storage.ledger import histories
from storage.notifications import told_signals
from storage.partners import snapshots
from storage.partners.snapshots import PartnerSnapshot


@dataclass(frozen=True, slots=True)
class _Known:
    """Turns instants into the team's days. Of what was imported it is not known when it was first written down."""

    team: Team

    def since(self, at: datetime, batch_id: int | None) -> date:
        return ALWAYS if batch_id is not None else self.team.today(at)

    def until(self, at: datetime | None) -> date | None:
        return None if at is None else self.team.today(at)

    def is_erased(self, row: histories.PastActivity | histories.PastRating) -> bool:
        """Return whether a row was imported and voided: it never stood on a day that is known."""
        return row.voided_at is not None and row.batch_id is not None

    def row(self, row: histories.PastActivity) -> LedgerRow:
        known_on = self.since(row.recorded_at, row.batch_id)
        return LedgerRow(
            on=row.occurred_on,
            kind=Kind(row.kind),
            direction=Direction(row.direction),
            number=row.number,
            known_on=known_on,
            voided_on=self.until(row.voided_at),
            outcome=Outcome(row.outcome) if row.outcome else None,
            outcome_on=row.outcome_on,
            outcome_known_on=self.until(row.outcome_at) or known_on,
            value=row.value_minor or 0,
        )

    def rating(self, row: histories.PastRating) -> KnownRating:
        rating = Rating(Side(row.side), row.rater, row.level, row.rated_on, row.id)
        return KnownRating(rating, self.since(row.recorded_at, row.batch_id), self.until(row.voided_at))


def rules_of(team: Team) -> Rules:
    """Return the team's settings as far as they decide about signals."""
    return Rules(cadence_days=team.cadence_days, learn_cadence=team.learn_cadence, off=team.signals_off)


def load_histories(
    session: Session, *, team: Team, partners: Sequence[PartnerSnapshot], few: bool = False
) -> list[PartnerHistory]:
    """Load the pasts of partners: each table is read once. With `few`, look them up one by one."""
    asked = {"workspace_id": team.id}, [partner.id for partner in partners] if few else None
    known = _Known(team)
    rows: dict[int, list[LedgerRow]] = defaultdict(list)
    imported: dict[int, date] = {}
    for row in histories.list_activities(session, **asked[0], partner_ids=asked[1]):
        if not known.is_erased(row):
            rows[row.partner_id].append(known.row(row))
            if row.batch_id is not None:
                imported.setdefault(row.partner_id, row.occurred_on)
    ratings: dict[int, list[KnownRating]] = defaultdict(list)
    for rating in histories.list_ratings(session, **asked[0], partner_ids=asked[1]):
        if not known.is_erased(rating):
            ratings[rating.partner_id].append(known.rating(rating))
    promises: dict[int, list[DuePromise]] = defaultdict(list)
    for one in histories.list_promises(session, **asked[0], partner_ids=asked[1]):
        made = DuePromise(one.due_on, team.today(one.created_at), known.until(one.done_at))
        promises[one.partner_id].append(made)
    return [
        _history(team, partner, rows[partner.id], ratings[partner.id], promises[partner.id], imported.get(partner.id))
        for partner in partners
    ]


def _history(
    team: Team,
    partner: PartnerSnapshot,
    rows: Sequence[LedgerRow],
    ratings: Sequence[KnownRating],
    promises: Sequence[DuePromise],
    imported_on: date | None,
) -> PartnerHistory:
    added_on = team.today(partner.created_at)
    return PartnerHistory(
        partner_id=partner.id,
        since_on=partner.since_on,
        added_on=added_on,
        known_from=ALWAYS if partner.batch_id is not None else min(added_on, imported_on or added_on),
        rows=rows,
        ratings=ratings,
        promises=promises,
        own_cadence=partner.cadence_days,
    )


@dataclass(frozen=True, slots=True)
class LoadedPasts:
    """Partners' pasts as of `day`, with the month ends on which each was active."""

    day: date
    ends: Sequence[date]
    histories: Sequence[PartnerHistory]
    active: Mapping[int, Collection[date]]

    def replay(self, rules: Rules) -> list[Case]:
        """Return what Tend would have said at each month's end, and what came by `day`."""
        with gc_paused():
            pairs = [(history, self.active[history.partner_id]) for history in self.histories]
            return backtest.replay(pairs, self.ends, self.day, rules)

    def pasts(self, rules: Rules) -> Pasts:
        return Pasts(self.histories, rules, self.day)


MAX_CASES, MIN_MONTHS = 6_000, 9
"""While somebody waits, a partner at a month's end is a case; with very many partners fewer months are looked at."""


def load_pasts(session: Session, *, team: Team, day: date, months: int, in_haste: bool = False) -> LoadedPasts:
    """Load the pasts of all partners of a workspace, for the last months before `day`; `in_haste` for fewer of them
    where there are many partners.
    """
    with gc_paused():
        found = snapshots.list_snapshots(session, workspace_id=team.id)
        if in_haste:
            months = min(months, max(MIN_MONTHS, MAX_CASES // max(1, len(found))))
        ends = backtest.past_month_ends(day, months)
        active = trends.active_on(session, team, found, ends)
        return LoadedPasts(day, ends, load_histories(session, team=team, partners=found), active)


def judge_past(session: Session, *, team: Team, day: date, months: int) -> Backtest:
    """Hold the signals of the last months against what came by `day`."""
    return backtest.judge_signals(
        load_pasts(session, team=team, day=day, months=months, in_haste=True).replay(rules_of(team))
    )


def load_tellings(session: Session, *, team: Team, since: date, told_to: str | None = None) -> list[Telling]:
    """Load what nudges told one person, or all, since a day."""
    rows = told_signals.list_nudged(session, workspace_id=team.id, since=since, told_to=told_to)
    return [Telling(row.partner_id, Reason(row.signal), row.told_to, row.told_on) for row in rows]
