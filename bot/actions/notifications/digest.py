"""What the team should hear of each week: asked by the tick, `/tend digest` and `tend digest`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session

from bot.actions.notifications.best_moves import Proposed, best_moves
from bot.actions.notifications.nudge import unowned_of
from bot.actions.owners import not_members
from bot.process.gc_pause import undisturbed
from bot.scores import causes, facts, query, trends
from bot.scores.query import Scored, SortKey
from bot.scores.trends import Week
from bot.workspace.team import Team
from scoring.balance import Lopsided, lopsided
from scoring.explain import Change
from scoring.forecast import Step
from scoring.portfolio import Promise, carries_too_much, is_paper, is_producing, promise, top_shares, usual_activity
from scoring.signals import Reason, grew, weakened
from scoring.vocabulary import REFERRAL_KINDS, Direction, Status
from storage.ledger import team_totals
from storage.partners import snapshots
from storage.workspaces import members

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Concentration:
    """Whose value won is how large a share of all: the alarm when one partner carries too much."""

    partner: str
    top: Fraction
    top_three: Fraction
    alarming: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """A team's week that ends with `day`, most important first. Money is in minor units.

    `weeks` is the portfolio by band over the last twelve, empty where there is nothing to compare; `names` are those of
    the people Slack has told us of, by their ids; those who `left` are no full members any more.
    """

    team: Team
    day: date
    active: int
    producing: int
    producing_before: int
    weakened: tuple[tuple[Scored, Change], ...]
    grew: tuple[tuple[Scored, Change], ...]
    quiet: tuple[Scored, ...]
    lopsided: tuple[tuple[Scored, Lopsided], ...]
    paper: tuple[Scored, ...]
    overdue: tuple[Scored, ...]
    falling: tuple[tuple[Scored, Step], ...]
    best: tuple[Proposed, ...]
    reviews: tuple[Scored, ...]
    missed: tuple[Scored, ...]
    stepless: int
    unowned: tuple[str, ...]
    unrated: int
    referrals_in: int
    referrals_out: int
    value_won: int
    concentration: Concentration | None
    logged: tuple[tuple[str, int], ...]
    weeks: tuple[Week, ...]
    names: Mapping[str, str]
    left: frozenset[str]

    @property
    def week(self) -> str:
        """The ISO week, as `2026-W48`."""
        year, week, _ = self.day.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def has_news(self) -> bool:
        """False where there is nothing to say, and so nothing to post."""
        to_act_on = (self.weakened, self.grew, self.quiet, self.lopsided, self.paper, self.overdue, self.unowned)
        to_look_at = (self.falling, self.reviews, self.missed)
        return (
            any(to_act_on)
            or any(to_look_at)
            or any((self.referrals_in, self.referrals_out, self.value_won, self.logged))
        )


def find(session: Session, *, team: Team, day: date) -> Digest:
    """The digest of the week that ends with `day`."""
    with undisturbed():
        return _find(session, team, day)


def _find(session: Session, team: Team, day: date) -> Digest:
    every = snapshots.standings(session, workspace_id=team.id)
    tended = [one for one in every if one.status == Status.ACTIVE]
    active = query.among(session, team=team, day=day, found=tended)
    known = members.all_of(session, workspace_id=team.id)
    since = day - WEEK
    done = facts.tally(team_totals.done_between(session, workspace_id=team.id, after=since, until=day))
    return Digest(
        team=team,
        day=day,
        active=len(active),
        producing=sum(is_producing(one.now) for one in active),
        producing_before=sum(is_producing(one.before) for one in active),
        weakened=_moved([one for one in active if weakened(one.now, one.before)], worst=False),
        grew=_moved([one for one in active if grew(one.now, one.before)], worst=True),
        quiet=_with(
            [one for one in active if not one.is_snoozed],
            Reason.QUIET,
            key=lambda one: -one.now.quiet_days / one.cadence_days,
        ),
        lopsided=tuple((one, way) for one in active if (way := lopsided(one.now.facts.tally))),
        paper=tuple(one for one in active if is_paper(one.now)),
        overdue=_with(active, Reason.PROMISE, key=lambda one: min(p.due_on for p in one.promises if p.due_on)),
        falling=tuple((one, one.falls) for one in active if one.falls),
        best=best_moves(active),
        reviews=tuple(one for one in active if one.has(Reason.REVIEW)),
        missed=tuple(one for one in active if _missed(one)),
        stepless=_stepless(active),
        unowned=tuple(one.name for one in unowned_of(tended, known)),
        unrated=sum(one.now.ours.rvi is None for one in active),
        referrals_in=done.of(REFERRAL_KINDS, Direction.IN),
        referrals_out=done.of(REFERRAL_KINDS, Direction.OUT),
        value_won=team_totals.won_between(session, workspace_id=team.id, after=since, until=day),
        concentration=_concentration(team, active),
        logged=_logged(session, team, since, day),
        weeks=trends.by_band(session, team=team, day=day, every=every, now={one.partner.id: one.now for one in active}),
        names={one.user_id: one.name for one in known if one.name},
        left=not_members(known),
    )


def _moved(found: Sequence[Scored], *, worst: bool) -> tuple[tuple[Scored, Change], ...]:
    told = [(one, causes.why(one)) for one in found]
    return tuple(sorted(told, key=lambda pair: (pair[1].effect or 0) * (-1 if worst else 1)))


def _with(active: Sequence[Scored], reason: Reason, key: SortKey) -> tuple[Scored, ...]:
    return tuple(sorted((one for one in active if any(s.reason == reason for s in one.signals)), key=key))


def _missed(one: Scored) -> bool:
    """Whether an outcome that was to be there by now is not."""
    partner = one.partner
    return bool(
        partner.outcome_target
        and partner.outcome_due_on
        and partner.outcome_due_on < one.now.day
        and (partner.outcome_met_on is None or partner.outcome_met_on > one.now.day)
    )


def _stepless(active: Sequence[Scored]) -> int:
    """How many could become trusted partners and have no step planned that leads there."""
    usual = usual_activity([one.now for one in active])
    return sum(1 for one in active if promise(one.now, usual) == Promise.COULD_BE and not one.promises)


def _concentration(team: Team, active: Sequence[Scored]) -> Concentration | None:
    values = [one.now.facts.value_won for one in active]
    top, three = top_shares(values, 1), top_shares(values, 3)
    if top is None or three is None:
        return None
    first = max(active, key=lambda one: one.now.facts.value_won)
    alarming = carries_too_much(top, team.concentration_percent, len(active))
    return Concentration(first.partner.name, top, three, alarming)


def _logged(session: Session, team: Team, after: date, until: date) -> tuple[tuple[str, int], ...]:
    start, end = team.end_of(after), team.end_of(until)
    found = team_totals.logged_between(session, workspace_id=team.id, after=start, until=end)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
