"""Build the weekly digest for the scheduler, `/tend digest` and `tend digest`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from bot.actions.notifications.best_moves import ProposedMove, best_moves
from bot.actions.notifications.nudge import filter_unowned
from bot.actions.notifications.nudge_plan import FOLLOW_UP_DAYS
from bot.actions.owners import non_members
from bot.process.gc_pause import gc_paused
from bot.scores import causes, facts, histories, query, trends
from bot.scores.models import ScoredPartner
from bot.scores.portfolio import Concentration, measure_concentration, sort_by_potential, sort_quiet
from bot.scores.trends import BandWeek
from bot.workspace.team import Team
from scoring.backtest import Backtest
from scoring.balance import Lopsided, find_lopsided
from scoring.explain import Change
from scoring.forecast import ForecastPoint
from scoring.noise_budget import ASKED, Heard, Note, stage_of, topic_of
from scoring.portfolio import is_producing
from scoring.signals import Reason, has_grown, moved
from scoring.vocabulary import REFERRAL_KINDS, Direction, Status
from storage.ledger import activities, team_totals
from storage.notifications import told_signals
from storage.tables import SignalNotice
from storage.workspaces import members

WEEK = timedelta(days=7)
PROOF_MONTHS = 18


@dataclass(frozen=True, slots=True)
class Late:
    """What was recorded only after its week. Money is in minor units."""

    referrals_in: int
    referrals_out: int
    value_won: int


@dataclass(frozen=True, slots=True)
class Digest:
    """A team's week: the days from `since` to `until`, and the state on `day`. Money is in minor units.

    `weakened` and `grew` are new since the last digest; `moved_before` counts those it already mentioned, `still_quiet`
    those of `quiet_partners`. `late` happened before `since` but was recorded in these days. `notes` and `cleared` are
    remembered until the next digest.

    `weeks` is the portfolio by band over the last twelve, empty where there is nothing to compare; `names` are those of
    the people Slack has told us of, by their ids; those who `left` are no full members any more.
    `introductions` counts referrals that wait for news. `proof` is there in the first digest of a quarter.
    """

    team: Team
    day: date
    since: date
    until: date
    active: int
    producing: int
    producing_before: int
    weakened: tuple[tuple[ScoredPartner, Change], ...]
    grew: tuple[tuple[ScoredPartner, Change], ...]
    moved_before: int
    quiet_partners: tuple[ScoredPartner, ...]
    still_quiet: int
    untold: tuple[ScoredPartner, ...]
    lopsided: tuple[tuple[ScoredPartner, Lopsided], ...]
    on_paper: tuple[ScoredPartner, ...]
    overdue: tuple[ScoredPartner, ...]
    falling: tuple[tuple[ScoredPartner, ForecastPoint], ...]
    best: tuple[ProposedMove, ...]
    sponsor_left: tuple[ScoredPartner, ...]
    one_person: tuple[ScoredPartner, ...]
    reviews: tuple[ScoredPartner, ...]
    missed_outcomes: tuple[ScoredPartner, ...]
    without_step: int
    unowned: tuple[str, ...]
    unrated: int
    introductions: int
    referrals_in: int
    referrals_out: int
    value_won: int
    late: Late
    concentration: Concentration | None
    logged: tuple[tuple[str, int], ...]
    weeks: tuple[BandWeek, ...]
    names: Mapping[str, str]
    left: frozenset[str]
    notes: tuple[Note, ...]
    cleared: tuple[tuple[int, tuple[str, ...]], ...]
    proof: Backtest | None

    @property
    def week(self) -> str:
        """The ISO week of the last covered day, as `2026-W48`."""
        year, week, _ = self.until.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def has_news(self) -> bool:
        """Whether there is anything to post."""
        to_act_on = (
            self.weakened,
            self.grew,
            self.quiet_partners,
            self.lopsided,
            self.on_paper,
            self.overdue,
            self.unowned,
        )
        to_look_at = (self.falling, self.reviews, self.missed_outcomes, self.sponsor_left)
        return (
            any(to_act_on)
            or any(to_look_at)
            or any((self.referrals_in, self.referrals_out, self.value_won, self.late.value_won, self.logged))
        )


def build_digest(session: Session, *, team: Team, day: date, since: date | None = None) -> Digest:
    """Build the digest of `day`, covering the days from `since`, by default seven days before."""
    with gc_paused():
        return _build_digest(session, team, day, day - WEEK if since is None else since)


def _build_digest(session: Session, team: Team, day: date, since: date) -> Digest:
    every = query.load_scored(session, team=team, day=day)
    active = [scored for scored in every if scored.partner.status == Status.ACTIVE]
    having: dict[Reason, list[ScoredPartner]] = defaultdict(list)
    for scored in active:
        for signal in scored.reasons:
            having[signal.reason].append(scored)
    all_members = members.list_members(session, workspace_id=team.id)
    span = _span(team, since, day - timedelta(days=1))
    of_week: dict[str, Any] = {"workspace_id": team.id, "span": span}
    week_tally = facts.to_tally(team_totals.activity_totals(session, **of_week))
    late_tally = facts.to_tally(team_totals.activity_totals(session, **of_week, late=True))
    earlier = _Told.read(session, team)
    fell = having[Reason.WEAKENING]
    rose = [scored for scored in active if has_grown(scored.now, scored.before)]
    quiet = sort_quiet(having[Reason.QUIET])
    new_falls, new_rises = (
        [scored for scored in fell if earlier.is_new(scored)],
        [scored for scored in rose if earlier.is_new(scored, 1)],
    )
    notes = tuple(earlier.notes(fell, rose, quiet))
    won = [(scored.partner, scored.now.facts.value_won) for scored in every]
    return Digest(
        team=team,
        day=day,
        since=since,
        until=span.until,
        active=len(active),
        producing=sum(is_producing(scored.now) for scored in active),
        producing_before=_producing_before(session, team, every),
        weakened=_largest_changes(new_falls, worst=False),
        grew=_largest_changes(new_rises, worst=True),
        moved_before=len(fell) - len(new_falls) + len(rose) - len(new_rises),
        quiet_partners=quiet,
        still_quiet=sum(not earlier.is_newly_quiet(scored) for scored in quiet),
        untold=tuple(scored for scored in active if scored.is_untold),
        lopsided=tuple(
            (scored, way) for scored in having[Reason.LOPSIDED] if (way := find_lopsided(scored.now.facts.tally))
        ),
        on_paper=tuple(having[Reason.PAPER]),
        overdue=tuple(
            sorted(having[Reason.PROMISE], key=lambda one: min(p.due_on for p in one.promises if p.due_on)),
        ),
        falling=tuple((scored, scored.next_fall) for scored in having[Reason.ROLLING_OFF] if scored.next_fall),
        best=best_moves(active),
        sponsor_left=tuple(having[Reason.SPONSOR_LEFT]),
        one_person=tuple(having[Reason.ONE_PERSON]),
        reviews=tuple(having[Reason.REVIEW]),
        missed_outcomes=tuple(scored for scored in active if _has_missed_outcome(scored)),
        without_step=len(sort_by_potential(active).stuck),
        unowned=tuple(partner.name for partner in filter_unowned([scored.partner for scored in active], all_members)),
        introductions=len(_open_introductions(session, team, day)),
        unrated=sum(scored.now.ours.rvi is None for scored in active),
        referrals_in=week_tally.of(REFERRAL_KINDS, Direction.IN),
        referrals_out=week_tally.of(REFERRAL_KINDS, Direction.OUT),
        value_won=team_totals.won_total(session, **of_week),
        late=Late(
            referrals_in=late_tally.of(REFERRAL_KINDS, Direction.IN),
            referrals_out=late_tally.of(REFERRAL_KINDS, Direction.OUT),
            value_won=team_totals.won_total(session, **of_week, late=True),
        ),
        concentration=measure_concentration(won, team.concentration_percent),
        logged=_logged_by_person(session, team, span),
        weeks=trends.weekly_bands(
            session,
            team=team,
            day=day,
            every=[scored.partner for scored in every],
            now={scored.partner.id: scored.now for scored in every},
        ),
        names={member.user_id: member.name for member in all_members if member.name},
        left=non_members(all_members),
        notes=notes,
        cleared=earlier.cleared(notes),
        proof=histories.judge_past(session, team=team, day=day, months=PROOF_MONTHS)
        if _quarter(since) != _quarter(day)
        else None,
    )


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _span(team: Team, since: date, until: date) -> team_totals.Span:
    after = since - timedelta(days=1)
    return team_totals.Span(after, until, team.end_of(after), team.end_of(until))


def _producing_before(session: Session, team: Team, every: Sequence[ScoredPartner]) -> int:
    """Count the partners that were active and producing 30 days before, even if ended or paused since."""
    if not every:
        return 0
    then = trends.active_on(session, team, [scored.partner for scored in every], [every[0].before.day])
    return sum(bool(then[scored.partner.id]) and is_producing(scored.before) for scored in every)


@dataclass(frozen=True, slots=True)
class _Told:
    """What earlier digests mentioned, so that a fall is news once. Levels are RVIs in hundredths, or quiet levels."""

    heard: Mapping[int, Mapping[str, SignalNotice]]

    @classmethod
    def read(cls, session: Session, team: Team) -> "_Told":
        heard: dict[int, dict[str, SignalNotice]] = defaultdict(dict)
        for notice in told_signals.list_told(session, workspace_id=team.id, told_to=told_signals.TEAM):
            heard[notice.partner_id][notice.signal] = notice
        return cls(heard)

    def is_new(self, scored: ScoredPartner, way: int = -1) -> bool:
        """Return whether a move of the RVI is new, or has gone as far again."""
        last = self.heard.get(scored.partner.id, {}).get(_KEYS[way])
        rvi = scored.now.ours.rvi
        return last is None or last.told_on >= scored.now.day or (rvi is not None and moved(_rvi(last.level), rvi, way))

    def is_newly_quiet(self, scored: ScoredPartner) -> bool:
        last = self.heard.get(scored.partner.id, {}).get(str(Reason.QUIET))
        signal = next(signal for signal in scored.reasons if signal.reason == Reason.QUIET)
        heard = Heard(last.level, last.told_on, ASKED) if last and last.told_on < scored.now.day else None
        return stage_of(topic_of(signal), heard, scored.now.day) is not None

    def notes(
        self, fell: Sequence[ScoredPartner], rose: Sequence[ScoredPartner], quiet: Sequence[ScoredPartner]
    ) -> Iterator[Note]:
        """List what to remember. Old levels are kept, so that a slow slide becomes news again."""
        for way, movers in ((-1, fell), (1, rose)):
            for scored in movers:
                last = self.heard.get(scored.partner.id, {}).get(_KEYS[way])
                level = (
                    int((scored.now.ours.rvi or 0) * 100) if last is None or self.is_new(scored, way) else last.level
                )
                yield Note(scored.partner.id, _KEYS[way], level, 1)
        for scored in quiet:
            level = next(signal.level for signal in scored.reasons if signal.reason == Reason.QUIET)
            yield Note(scored.partner.id, str(Reason.QUIET), level, 1)

    def cleared(self, notes: Sequence[Note]) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """List what was mentioned and is no longer true."""
        there = {(note.partner_id, note.key) for note in notes}
        gone = ((id, tuple(key for key in heard if (id, key) not in there)) for id, heard in self.heard.items())
        return tuple((id, keys) for id, keys in gone if keys)


_KEYS = {-1: str(Reason.WEAKENING), 1: "growing"}


def _rvi(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def _largest_changes(found: Sequence[ScoredPartner], *, worst: bool) -> tuple[tuple[ScoredPartner, Change], ...]:
    told = [(scored, causes.explain_change(scored)) for scored in found]
    return tuple(sorted(told, key=lambda pair: (pair[1].effect or 0) * (-1 if worst else 1)))


def _has_missed_outcome(scored: ScoredPartner) -> bool:
    """Return whether a target outcome is overdue."""
    partner = scored.partner
    return bool(
        partner.outcome_target
        and partner.outcome_due_on
        and partner.outcome_due_on < scored.now.day
        and (partner.outcome_met_on is None or partner.outcome_met_on > scored.now.day)
    )


def _open_introductions(session: Session, team: Team, day: date) -> Sequence[object]:
    """Return the referrals of active partners that have had no news for three weeks."""
    before = day - timedelta(days=FOLLOW_UP_DAYS)
    return activities.waiting_referrals(session, workspace_id=team.id, owner=None, before=before, day=day)


def _logged_by_person(session: Session, team: Team, span: team_totals.Span) -> tuple[tuple[str, int], ...]:
    found = team_totals.logged_by_person(session, workspace_id=team.id, after=span.after_at, until=span.until_at)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
