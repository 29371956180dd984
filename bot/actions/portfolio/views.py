"""Portfolio views: stakeholders, candidates, concentration, effort."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import list_active_partners
from bot.forms.partner_fields import STAKEHOLDERS
from bot.scores import query
from bot.scores.models import ScoredPartner
from scoring import portfolio
from scoring.portfolio import EffortShare, Potential
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.ledger import activities
from storage.partners import snapshots
from storage.partners.snapshots import PartnerSnapshot


@dataclass(frozen=True, slots=True)
class Stakeholders:
    """Partners in each of the eight stakeholder groups, and all prospects."""

    kinds: tuple[tuple[str, tuple[PartnerSnapshot, ...]], ...]
    prospects: tuple[PartnerSnapshot, ...]


def list_stakeholders(engine: Engine, caller: Caller) -> Stakeholders:
    """List partners that have not ended by stakeholder group."""
    going = [Status.ACTIVE, Status.PROSPECT, Status.PAUSED]
    with reading(engine) as session:
        found = snapshots.list_snapshots(session, workspace_id=caller.team.id, statuses=going)
    return Stakeholders(
        kinds=tuple((kind, tuple(one for one in found if one.stakeholder == kind)) for kind in STAKEHOLDERS),
        prospects=tuple(one for one in found if one.status == Status.PROSPECT),
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who is trusted, who could become trusted and who is at risk, among `active` partners."""

    active: int
    could_be: tuple[ScoredPartner, ...]
    at_risk: tuple[ScoredPartner, ...]
    trusted: tuple[ScoredPartner, ...]

    @property
    def share(self) -> Fraction | None:
        """The share of active partners that are trusted."""
        return Fraction(len(self.trusted), self.active) if self.active else None

    @property
    def without_step(self) -> int:
        return sum(not one.promises for one in self.could_be)


def list_candidates(engine: Engine, caller: Caller) -> Candidates:
    """List active partners by potential, those without a next step first."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
    usual = portfolio.median_activity([one.now for one in active])
    of: dict[Potential, list[ScoredPartner]] = defaultdict(list)
    for one in active:
        of[portfolio.classify_potential(one.now, usual)].append(one)

    def least_first(found: list[ScoredPartner]) -> tuple[ScoredPartner, ...]:
        return tuple(sorted(found, key=lambda one: (bool(one.promises), portfolio.count_activity(one.now))))

    return Candidates(
        active=len(active),
        could_be=least_first(of[Potential.COULD_BE]),
        at_risk=tuple(reversed(least_first(of[Potential.AT_RISK]))),
        trusted=tuple(sorted(of[Potential.TRUSTED], key=lambda one: -portfolio.count_activity(one.now))),
    )


@dataclass(frozen=True, slots=True)
class Contributor:
    """A partner's value won in twelve months (minor units), its share of all, and whether that is too much."""

    partner: PartnerSnapshot
    value_won: int
    share: Fraction
    alarming: bool


@dataclass(frozen=True, slots=True)
class ConcentrationReport:
    """Who brings the value won in twelve months, the largest first, and the shares of the top and the top three."""

    contributors: tuple[Contributor, ...]
    value_won: int
    top: Fraction | None
    top_three: Fraction | None
    percent: int


def measure_concentration(engine: Engine, caller: Caller) -> ConcentrationReport:
    """Measure how much of the value won depends on a few partners of any status."""
    with reading(engine) as session:
        every = query.load_scored(session, team=caller.team, day=caller.today)
    values = [one.now.facts.value_won for one in every]
    total, percent = sum(values), caller.team.concentration_percent
    found = [
        Contributor(one.partner, value, share, portfolio.is_concentrated(share, percent, len(every)))
        for one, value in zip(every, values, strict=True)
        if value
        for share in [Fraction(value, total)]
    ]
    found.sort(key=lambda one: -one.value_won)
    top, three = (portfolio.top_shares(values, places) for places in (1, 3))
    return ConcentrationReport(tuple(found), total, top, three, percent)


@dataclass(frozen=True, slots=True)
class PartnerEffort:
    """A partner's effort (minutes) and value won (minor units) in twelve months, with their shares of all."""

    scored: ScoredPartner
    effort: int
    effort_share: Fraction
    value_share: Fraction


@dataclass(frozen=True, slots=True)
class EffortBalance:
    """Over- and underserved partners, worst first, and quiet regular ones, longest quiet first.

    `regular` counts the regular ones among the `active`. `idle` holds ids of quiet ones with nothing open. Not
    `comparable` without any effort or any value.
    """

    active: int
    over: tuple[PartnerEffort, ...]
    under: tuple[PartnerEffort, ...]
    regular: int
    quiet: tuple[ScoredPartner, ...]
    idle: frozenset[int]
    comparable: bool


def measure_balance(engine: Engine, caller: Caller, looked_at: int) -> EffortBalance:
    """Compare effort with value for active partners. Open items are looked up for `looked_at` quiet ones."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
        took = query.load_efforts(session, team=caller.team, day=caller.today)
        efforts = [took.get(one.partner.id, 0) for one in active]
        usual = portfolio.median_activity([one.now for one in active])
        regular = [one for one in active if portfolio.classify_potential(one.now, usual) == Potential.REGULAR]
        quiet = sorted(
            (one for one in regular if one.is_quiet and not one.is_snoozed),
            key=lambda one: -Fraction(one.now.quiet_days, one.cadence_days),
        )
        idle = [one.partner.id for one in quiet[:looked_at] if not _has_open(session, caller, one.partner.id)]
    all_effort, all_value = sum(efforts), sum(one.now.facts.value_won for one in active)
    of: dict[EffortShare, list[PartnerEffort]] = defaultdict(list)
    for one, effort in zip(active, efforts, strict=True):
        value = one.now.facts.value_won
        shares = (Fraction(effort, all_effort or 1), Fraction(value, all_value or 1))
        of[portfolio.compare_effort(effort, all_effort, value, all_value)].append(PartnerEffort(one, effort, *shares))
    return EffortBalance(
        active=len(active),
        over=tuple(sorted(of[EffortShare.OVER], key=lambda one: one.value_share - one.effort_share)),
        under=tuple(sorted(of[EffortShare.UNDER], key=lambda one: one.effort_share - one.value_share)),
        regular=len(regular),
        quiet=tuple(quiet),
        idle=frozenset(idle),
        comparable=bool(all_effort and all_value),
    )


def _has_open(session: Session, caller: Caller, partner_id: int) -> bool:
    return bool(activities.open_referrals(session, workspace_id=caller.team.id, partner_id=partner_id, limit=1))
