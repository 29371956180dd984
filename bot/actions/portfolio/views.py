"""Portfolio views: stakeholders, candidates, concentration, effort."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import list_active_partners
from bot.forms.partner_fields import STAKEHOLDERS
from bot.scores import query
from bot.scores.models import ScoredPartner
from bot.scores.portfolio import (
    Concentration,
    Efforts,
    Potentials,
    compare_efforts,
    measure_concentration,
    sort_by_potential,
    sort_quiet,
)
from scoring.portfolio import is_concentrated
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
        kinds=tuple(
            (kind, tuple(partner for partner in found if partner.stakeholder == kind)) for kind in STAKEHOLDERS
        ),
        prospects=tuple(partner for partner in found if partner.status == Status.PROSPECT),
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who is trusted, who could become trusted and who is at risk, among `active` partners."""

    active: int
    potentials: Potentials

    @property
    def share(self) -> Fraction | None:
        """The share of active partners that are trusted."""
        return Fraction(len(self.potentials.trusted), self.active) if self.active else None


def list_candidates(engine: Engine, caller: Caller) -> Candidates:
    """List active partners by potential."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
    return Candidates(len(active), sort_by_potential(active))


@dataclass(frozen=True, slots=True)
class Contributor:
    """A partner's value won in twelve months (minor units), its share of all, and whether that is too much."""

    partner: PartnerSnapshot
    value_won: int
    share: Fraction
    alarming: bool


@dataclass(frozen=True, slots=True)
class ConcentrationReport:
    """Who brings the value won in twelve months, the largest first, and where a share becomes alarming, in percent."""

    contributors: tuple[Contributor, ...]
    value_won: int
    concentration: Concentration | None
    percent: int


def report_concentration(engine: Engine, caller: Caller) -> ConcentrationReport:
    """Measure how much of the value won depends on a few partners of any status."""
    with reading(engine) as session:
        every = query.load_scored(session, team=caller.team, day=caller.today)
    won = [(scored.partner, scored.now.facts.value_won) for scored in every]
    total, percent = sum(value for _, value in won), caller.team.concentration_percent
    contributors = [
        Contributor(partner, value, share, is_concentrated(share, percent, len(every)))
        for partner, value in won
        if value
        for share in [Fraction(value, total)]
    ]
    contributors.sort(key=lambda contributor: -contributor.value_won)
    return ConcentrationReport(tuple(contributors), total, measure_concentration(won, percent), percent)


@dataclass(frozen=True, slots=True)
class EffortBalance:
    """Over- and underserved partners, and quiet regular ones, longest quiet first.

    `regular` counts the regular ones among the `active`. `idle` holds ids of quiet ones with nothing open.
    """

    active: int
    efforts: Efforts
    regular: int
    quiet: tuple[ScoredPartner, ...]
    idle: frozenset[int]


def measure_balance(engine: Engine, caller: Caller, looked_at: int) -> EffortBalance:
    """Compare effort with value for active partners. Open items are looked up for `looked_at` quiet ones."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
        efforts = compare_efforts(active, query.load_efforts(session, team=caller.team, day=caller.today))
        regular = sort_by_potential(active).regular
        quiet = sort_quiet(regular)
        idle = [scored.partner.id for scored in quiet[:looked_at] if not _has_open(session, caller, scored.partner.id)]
    return EffortBalance(len(active), efforts, len(regular), quiet, frozenset(idle))


def _has_open(session: Session, caller: Caller, partner_id: int) -> bool:
    return bool(activities.open_referrals(session, workspace_id=caller.team.id, partner_id=partner_id, limit=1))
