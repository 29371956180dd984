"""Sort scored partners for the digest, the quarterly review and the views of all partners."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.scores.models import ScoredPartner
from scoring.portfolio import (
    EffortShare,
    Potential,
    classify_potential,
    compare_effort,
    count_activity,
    is_concentrated,
    median_activity,
    top_shares,
)
from storage.partners.snapshots import PartnerSnapshot


@dataclass(frozen=True, slots=True)
class Potentials:
    """Active partners by potential: those without a next step first, then those with the least activity.

    `at_risk` goes the other way round, and `trusted` by most activity. `regular` keeps the given order.
    """

    could_be: tuple[ScoredPartner, ...]
    at_risk: tuple[ScoredPartner, ...]
    trusted: tuple[ScoredPartner, ...]
    regular: tuple[ScoredPartner, ...]

    @property
    def stuck(self) -> tuple[ScoredPartner, ...]:
        """Those that could become trusted partners and have no next step."""
        return tuple(partner for partner in self.could_be if not partner.promises)


def sort_by_potential(active: Sequence[ScoredPartner]) -> Potentials:
    """Sort active partners by potential, against the median activity of all of them."""
    usual = median_activity([partner.now for partner in active])
    of: dict[Potential, list[ScoredPartner]] = {potential: [] for potential in Potential}
    for partner in active:
        of[classify_potential(partner.now, usual)].append(partner)
    return Potentials(
        could_be=tuple(sorted(of[Potential.COULD_BE], key=_by_step_and_activity)),
        at_risk=tuple(sorted(of[Potential.AT_RISK], key=_by_step_and_activity)[::-1]),
        trusted=tuple(sorted(of[Potential.TRUSTED], key=lambda partner: -count_activity(partner.now))),
        regular=tuple(of[Potential.REGULAR]),
    )


def _by_step_and_activity(partner: ScoredPartner) -> tuple[bool, int]:
    return bool(partner.promises), count_activity(partner.now)


def sort_quiet(partners: Iterable[ScoredPartner]) -> tuple[ScoredPartner, ...]:
    """Return the quiet partners that are not snoozed, the longest quiet for their cadence first."""
    quiet = (partner for partner in partners if partner.is_quiet and not partner.is_snoozed)
    return tuple(sorted(quiet, key=lambda partner: -Fraction(partner.now.quiet_days, partner.cadence_days)))


@dataclass(frozen=True, slots=True)
class PartnerEffort:
    """A partner's effort (minutes) and value won (minor units) in twelve months, with their shares of all."""

    scored: ScoredPartner
    effort: int
    effort_share: Fraction
    value_share: Fraction


@dataclass(frozen=True, slots=True)
class Efforts:
    """Over- and underserved partners, worst first. Not `comparable` without any effort or any value."""

    over: tuple[PartnerEffort, ...]
    under: tuple[PartnerEffort, ...]
    comparable: bool


def compare_efforts(active: Sequence[ScoredPartner], minutes: Mapping[int, int]) -> Efforts:
    """Compare effort with value for active partners. `minutes` of effort are by partner id."""
    all_effort = sum(minutes.get(partner.partner.id, 0) for partner in active)
    all_value = sum(partner.now.facts.value_won for partner in active)
    of: dict[EffortShare, list[PartnerEffort]] = {share: [] for share in EffortShare}
    for partner in active:
        effort, value = minutes.get(partner.partner.id, 0), partner.now.facts.value_won
        shares = (Fraction(effort, all_effort or 1), Fraction(value, all_value or 1))
        of[compare_effort(effort, all_effort, value, all_value)].append(PartnerEffort(partner, effort, *shares))
    return Efforts(
        over=tuple(sorted(of[EffortShare.OVER], key=lambda effort: effort.value_share - effort.effort_share)),
        under=tuple(sorted(of[EffortShare.UNDER], key=lambda effort: effort.effort_share - effort.value_share)),
        comparable=bool(all_effort and all_value),
    )


@dataclass(frozen=True, slots=True)
class Concentration:
    """The share of the value won in twelve months that the largest partner and the top three bring."""

    partner: PartnerSnapshot
    value_won: int
    top: Fraction
    top_three: Fraction
    alarming: bool


def measure_concentration(won: Sequence[tuple[PartnerSnapshot, int]], percent: int) -> Concentration | None:
    """Measure it over partners of any status, with the value each of them won. None if nothing was won.

    `percent`, 1 to 100, is where one partner's share becomes alarming.
    """
    values = [value for _, value in won]
    top, top_three = top_shares(values, 1), top_shares(values, 3)
    if top is None or top_three is None:
        return None
    partner, value = max(won, key=lambda pair: pair[1])
    return Concentration(partner, value, top, top_three, is_concentrated(top, percent, len(won)))
