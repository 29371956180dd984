"""All partners from one side: stakeholders, candidates, concentration, effort."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import active_of
from bot.forms.partner_fields import STAKEHOLDERS
from bot.scores import query
from bot.scores.query import Scored
from scoring import portfolio
from scoring.portfolio import Promise, Served
from scoring.signals import is_quiet
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.ledger import activities
from storage.partners import snapshots
from storage.partners.snapshots import Standing


@dataclass(frozen=True, slots=True)
class Stakeholders:
    """Who has a stake in our business anyway: partners of each of the eight kinds, and all prospects."""

    kinds: tuple[tuple[str, tuple[Standing, ...]], ...]
    prospects: tuple[Standing, ...]


def stakeholders(engine: Engine, caller: Caller) -> Stakeholders:
    """All partners that are not ended, by kind of stakeholder."""
    going = [Status.ACTIVE, Status.PROSPECT, Status.PAUSED]
    with reading(engine) as session:
        found = snapshots.standings(session, workspace_id=caller.team.id, statuses=going)
    return Stakeholders(
        kinds=tuple((kind, tuple(one for one in found if one.stakeholder == kind)) for kind in STAKEHOLDERS),
        prospects=tuple(one for one in found if one.status == Status.PROSPECT),
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who is a trusted partner, who could become one, and who is about to stop being any; of `active` ones."""

    active: int
    could_be: tuple[Scored, ...]
    at_risk: tuple[Scored, ...]
    trusted: tuple[Scored, ...]

    @property
    def share(self) -> Fraction | None:
        """The trusted partnerships among the active ones, as measured."""
        return Fraction(len(self.trusted), self.active) if self.active else None

    @property
    def without_step(self) -> int:
        return sum(not one.promises for one in self.could_be)


def candidates(engine: Engine, caller: Caller) -> Candidates:
    """The active partners by what they could become; those without a next step first."""
    with reading(engine) as session:
        active = active_of(session, caller)
    usual = portfolio.usual_activity([one.now for one in active])
    of: dict[Promise, list[Scored]] = defaultdict(list)
    for one in active:
        of[portfolio.promise(one.now, usual)].append(one)

    def least_first(found: list[Scored]) -> tuple[Scored, ...]:
        return tuple(sorted(found, key=lambda one: (bool(one.promises), portfolio.activity(one.now))))

    return Candidates(
        active=len(active),
        could_be=least_first(of[Promise.COULD_BE]),
        at_risk=tuple(reversed(least_first(of[Promise.AT_RISK]))),
        trusted=tuple(sorted(of[Promise.TRUSTED], key=lambda one: -portfolio.activity(one.now))),
    )


@dataclass(frozen=True, slots=True)
class Bringer:
    """A partner's value won in twelve months (minor units), its share of all, and whether that is too much."""

    partner: Standing
    value_won: int
    share: Fraction
    alarming: bool


@dataclass(frozen=True, slots=True)
class Concentrated:
    """Who brings the value won in twelve months, the largest first, and the shares of the top and the top three."""

    bringers: tuple[Bringer, ...]
    value_won: int
    top: Fraction | None
    top_three: Fraction | None
    percent: int


def concentration(engine: Engine, caller: Caller) -> Concentrated:
    """How far the value won hangs on a few active partners."""
    with reading(engine) as session:
        active = active_of(session, caller)
    values = [one.now.facts.value_won for one in active]
    total, percent = sum(values), caller.team.concentration_percent
    found = [
        Bringer(one.partner, value, share, portfolio.carries_too_much(share, percent, len(active)))
        for one, value in zip(active, values, strict=True)
        if value
        for share in [Fraction(value, total)]
    ]
    found.sort(key=lambda one: -one.value_won)
    top, three = (portfolio.top_shares(values, places) for places in (1, 3))
    return Concentrated(tuple(found), total, top, three, percent)


@dataclass(frozen=True, slots=True)
class Effort:
    """A partner's effort (minutes) and value won (minor units) in twelve months, with their shares of all."""

    scored: Scored
    effort: int
    effort_share: Fraction
    value_share: Fraction


@dataclass(frozen=True, slots=True)
class Balance:
    """Over- and under-served partners, the worst first, and the regular ones that are quiet, the longest first.

    `regular` counts all regular ones of the `active`; of `idle`, ids of quiet ones, nothing is open. Without any
    effort or any value there is nothing to compare.
    """

    active: int
    over: tuple[Effort, ...]
    under: tuple[Effort, ...]
    regular: int
    quiet: tuple[Scored, ...]
    idle: frozenset[int]
    comparable: bool


def served(engine: Engine, caller: Caller, looked_at: int) -> Balance:
    """Effort against value of the active partners. `looked_at`: of so many quiet ones it is asked what is open."""
    with reading(engine) as session:
        active = active_of(session, caller)
        took = query.efforts(session, team=caller.team, day=caller.today)
        efforts = [took.get(one.partner.id, 0) for one in active]
        usual = portfolio.usual_activity([one.now for one in active])
        regular = [one for one in active if portfolio.promise(one.now, usual) == Promise.REGULAR]
        quiet = sorted(
            (one for one in regular if is_quiet(one.now, one.cadence_days) and not one.is_snoozed),
            key=lambda one: -Fraction(one.now.quiet_days, one.cadence_days),
        )
        idle = [one.partner.id for one in quiet[:looked_at] if not _has_open(session, caller, one.partner.id)]
    all_effort, all_value = sum(efforts), sum(one.now.facts.value_won for one in active)
    of: dict[Served, list[Effort]] = defaultdict(list)
    for one, effort in zip(active, efforts, strict=True):
        value = one.now.facts.value_won
        shares = (Fraction(effort, all_effort or 1), Fraction(value, all_value or 1))
        of[portfolio.served(effort, all_effort, value, all_value)].append(Effort(one, effort, *shares))
    return Balance(
        active=len(active),
        over=tuple(sorted(of[Served.OVER], key=lambda one: one.value_share - one.effort_share)),
        under=tuple(sorted(of[Served.UNDER], key=lambda one: one.effort_share - one.value_share)),
        regular=len(regular),
        quiet=tuple(quiet),
        idle=frozenset(idle),
        comparable=bool(all_effort and all_value),
    )


def _has_open(session: Session, caller: Caller, partner_id: int) -> bool:
    return bool(activities.open_referrals(session, workspace_id=caller.team.id, partner_id=partner_id, limit=1))
