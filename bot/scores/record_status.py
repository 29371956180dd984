"""What a partner's record says on a day: what it lacks, which reviews are due, what it cost us."""

from datetime import date, timedelta
from fractions import Fraction

from bot.forms.partner_fields import Step
from bot.workspace.team import Team
from scoring.months import WINDOW_MONTHS, age_in_months
from scoring.roi import Agreed, terms_cost
from scoring.roi import cost as whole_cost
from scoring.rvi import Score
from scoring.terms import Terms
from storage.ledger.costs import Spent
from storage.partners.snapshots import Standing
from storage.tables import Partner

HUNDREDTHS_OF_A_PERCENT = 10_000
ROLES = "who does what"


def missing(partner: Standing) -> tuple[str, ...]:
    """What a partnership needs in writing and lacks, in words."""
    bounded = partner.overlap in (None, "none") or (partner.boundary and partner.boundary_review_on)
    needed = (
        ("what is in it for us", partner.wiifm_us),
        ("what is in it for them", partner.wiifm_them),
        (ROLES, partner.our_role and partner.their_role),
        ("how the two fit", partner.fit),
        ("the boundary of the overlap", bounded),
    )
    return tuple(words for words, there in needed if not there)


def lacking_in(missing: tuple[str, ...]) -> Step:
    """The first step of the form that asks for something of what is missing."""
    return Step.TERMS if missing == (ROLES,) else Step.WHY


def next_review_on(partner: Standing, team: Team) -> date:
    """The day of the next review: the one that was set, else a quarter after the partner was added."""
    return partner.next_review_on or team.today(partner.created_at) + timedelta(days=team.review_days)


def reviews_due(partner: Standing, now: Score, team: Team) -> tuple[str, ...]:
    """Which reviews are due on the day of `now`, in words."""
    due = []
    if next_review_on(partner, team) <= now.day:
        due.append("the quarterly review")
    if partner.boundary_review_on and partner.boundary_review_on <= now.day:
        due.append("the review of the boundary")
    if now.ours.trust.stale or (now.theirs.trust.stale and not now.theirs.trust.estimated):
        due.append("trust was last rated over 180 days ago")
    return tuple(due)


def cost(
    partner: Standing | Partner,
    spent: Spent | None,
    *,
    since: date,
    day: date,
    wins: int,
    value_won: int,
    hourly_rate: int | None,
) -> int | None:
    """All that a partner cost in the twelve months up to `day`, in minor units; None where nothing is known.

    `since` is the partnership's start.
    """
    if spent is None and partner.terms is None:
        return None  # of most partners: their months need not be counted for it
    agreed = Agreed(
        terms=Terms(partner.terms) if partner.terms else None,
        retainer=partner.terms_retainer_minor or 0,
        fee=partner.terms_fee_minor or 0,
        share=Fraction(partner.terms_share or 0, HUNDREDTHS_OF_A_PERCENT),
    )
    months = min(age_in_months(since, day), WINDOW_MONTHS)
    return whole_cost(
        money=spent.money_minor if spent else 0,
        minutes=spent.minutes if spent else 0,
        hourly_rate=hourly_rate,
        terms=terms_cost(agreed, months=months, wins=wins, value_won=value_won),
    )
