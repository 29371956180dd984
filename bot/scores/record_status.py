"""Check a partner's record on a day: missing fields, due reviews and costs."""

from datetime import date, timedelta
from fractions import Fraction

from bot.workspace.team import Team
from scoring.months import WINDOW_MONTHS, age_in_months
from scoring.roi import AgreedTerms, terms_cost
from scoring.roi import total_cost as whole_cost
from scoring.rvi import Score
from scoring.terms import Terms
from storage.ledger.costs import CostTotals
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import BASIS_POINTS, Partner

ROLES_TEXT = "who does what"
QUARTERLY_REVIEW, BOUNDARY_REVIEW = "the quarterly review", "the boundary review"
STALE_TRUST = "trust was last rated over 180 days ago"


def missing_fields(partner: PartnerSnapshot) -> tuple[str, ...]:
    """Name what a partnership needs in writing and lacks."""
    bounded = partner.overlap in (None, "none") or (partner.boundary and partner.boundary_review_on)
    needed = (
        ("what is in it for us", partner.wiifm_us),
        ("what is in it for them", partner.wiifm_them),
        (ROLES_TEXT, partner.our_role and partner.their_role),
        ("how you fit together", partner.fit),
        ("a boundary for the overlap", bounded),
    )
    return tuple(words for words, there in needed if not there)


def next_review_day(partner: PartnerSnapshot, team: Team) -> date:
    """Return the day of the next review: the one that was set, or a quarter after the partner was added.

    First reviews of imported partners are spread over that quarter, each a whole number of quarters after the
    partner's start. Otherwise all would be due at once.
    """
    if partner.next_review_on:
        return partner.next_review_on
    added, every = team.today(partner.created_at), team.review_days
    early = (added - partner.since_on).days % every if partner.batch_id else 0
    return added + timedelta(days=every - early)


def due_reviews(partner: PartnerSnapshot, now: Score, team: Team) -> tuple[str, ...]:
    """Name the reviews that are due on the day of `now`."""
    due = []
    if next_review_day(partner, team) <= now.day:
        due.append(QUARTERLY_REVIEW)
    if partner.boundary_review_on and partner.boundary_review_on <= now.day:
        due.append(BOUNDARY_REVIEW)
    if now.ours.trust.stale or (now.theirs.trust.stale and not now.theirs.trust.estimated):
        due.append(STALE_TRUST)
    return tuple(due)


def partner_cost(
    partner: PartnerSnapshot | Partner,
    spent: CostTotals | None,
    *,
    since: date,
    day: date,
    wins: int,
    value_won: int,
    hourly_rate: int | None,
) -> int | None:
    """Sum a partner's costs of the twelve months up to `day`, in minor units. None if nothing is known.

    `since` is the partnership's start.
    """
    if spent is None and partner.terms is None:
        return None  # the common case: skip counting months
    agreed = AgreedTerms(
        terms=Terms(partner.terms) if partner.terms else None,
        retainer=partner.terms_retainer_minor or 0,
        fee=partner.terms_fee_minor or 0,
        share=Fraction(partner.terms_share or 0, BASIS_POINTS),
    )
    months = min(age_in_months(since, day), WINDOW_MONTHS)
    return whole_cost(
        money=spent.money_minor if spent else 0,
        minutes=spent.minutes if spent else 0,
        hourly_rate=hourly_rate,
        terms=terms_cost(agreed, months=months, wins=wins, value_won=value_won),
    )
