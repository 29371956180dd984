"""Terms of a deal: a low retainer with a success fee shares the risk and the gain.

The side that takes the risk must be able to earn far more on success than by the hour, and the side that pays must keep
a margin. All money is in minor units over the whole deal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Terms(StrEnum):
    """How a partner is paid."""

    HOURLY = "hourly"
    RETAINER = "retainer"
    RETAINER_AND_SUCCESS = "retainer_and_success"
    SUCCESS_ONLY = "success_only"
    COMMISSION = "commission"
    NONE = "none"


class Answer(StrEnum):
    """The partner's answer to working on outcomes."""

    WILLING = "willing"
    UNWILLING = "unwilling"
    NOT_ASKED = "not_asked"


class Verdict(StrEnum):
    """The verdict on a deal, worst first."""

    NOTHING_LEFT = "nothing_left"
    NO_REASON = "no_reason"
    PAID_ANYWAY = "paid_anyway"
    ALL_OUR_RISK = "all_our_risk"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """The terms of a deal. `worth` is what success brings us before the partner is paid.

    `fee_share` is a share of that worth (a commission), `fee` a fixed sum. Both may be zero.
    """

    hours: int
    hourly_rate: int
    months: int = 0
    retainer: int = 0
    fee: int = 0
    fee_share: Fraction = Fraction(0)
    worth: int = 0
    pays_by_the_hour: bool = False


@dataclass(frozen=True, slots=True)
class DealOutlook:
    """The figures of a deal, in minor units.

    `break_even` is the probability of success at which the partner earns as much as by the hour: 0 if the deal is never
    worse, None if it never gets there. `upside` is the payment on success as a multiple of the hourly pay, None without
    hours. `margin` is what success leaves us, `margin_share` the same as a share of its worth.
    """

    by_the_hour: int
    on_failure: int
    on_success: int
    break_even: Fraction | None
    upside: Fraction | None
    margin: int
    margin_share: Fraction | None
    loss: int


def evaluate_deal(deal: Deal) -> DealOutlook:
    """Return the figures of a deal for both sides."""
    by_the_hour = deal.hours * deal.hourly_rate
    on_failure = deal.retainer * deal.months + (by_the_hour if deal.pays_by_the_hour else 0)
    on_success = on_failure + success_fee(deal)
    margin = deal.worth - on_success
    return DealOutlook(
        by_the_hour=by_the_hour,
        on_failure=on_failure,
        on_success=on_success,
        break_even=_break_even(by_the_hour, on_failure, on_success),
        upside=Fraction(on_success, by_the_hour) if by_the_hour else None,
        margin=margin,
        margin_share=Fraction(margin, deal.worth) if deal.worth else None,
        loss=on_failure,
    )


def judge_deal(found: DealOutlook) -> Verdict:
    """Return whether the deal shares risk and gain, or the first thing that is wrong with it.

    In this order: nothing is left for us · they never earn more than by the hour, so have no reason to take the risk ·
    success pays them nothing more, so they are paid for activity · they are safe without it, so the risk is ours.
    """
    if found.margin <= 0:
        return Verdict.NOTHING_LEFT
    if found.on_success == found.on_failure and found.on_failure >= found.by_the_hour:
        return Verdict.PAID_ANYWAY
    if found.break_even is None or found.break_even == 1:
        return Verdict.NO_REASON
    return Verdict.SHARED if found.break_even else Verdict.ALL_OUR_RISK


def terms_kind(*, retainer: int, fee: int, share: Fraction, before: Terms | None = None) -> Terms:
    """Return how a partner with these terms is paid. A share alone keeps `commission`, and no payment keeps `none`, if
    set before.
    """
    if retainer:
        return Terms.RETAINER_AND_SUCCESS if fee or share else Terms.RETAINER
    if fee or share:
        return Terms.COMMISSION if before == Terms.COMMISSION and not fee else Terms.SUCCESS_ONLY
    return Terms.NONE if before == Terms.NONE else Terms.HOURLY


def success_fee(deal: Deal) -> int:
    """Return what success adds for the partner, rounded half up to a whole minor unit."""
    return deal.fee + int(deal.worth * deal.fee_share + Fraction(1, 2))


def expected_earnings(deal: Deal, probabilities: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Return the expected earnings at each probability of success: (theirs, ours)."""
    outlook = evaluate_deal(deal)
    theirs = [outlook.on_failure + chance * (outlook.on_success - outlook.on_failure) for chance in probabilities]
    return [(earned, chance * deal.worth - earned) for chance, earned in zip(probabilities, theirs, strict=True)]


def _break_even(by_the_hour: int, on_failure: int, on_success: int) -> Fraction | None:
    if on_failure >= by_the_hour:
        return Fraction(0)
    if on_success < by_the_hour:
        return None
    return Fraction(by_the_hour - on_failure, on_success - on_failure)
