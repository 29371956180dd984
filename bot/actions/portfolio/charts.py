"""Data for charts: a partner's RVIs over time, and all partners by trust and activity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_scored_partner
from bot.scores import query, trends
from bot.scores.models import ScoredPartner
from bot.scores.trends import TrendPoint
from scoring.portfolio import Potential, classify_potential, count_activity, median_activity
from scoring.vocabulary import Band, Status
from storage.db.engine import reading


@dataclass(frozen=True, slots=True)
class ScoreHistory:
    """A partner with its scores from two years back to a year ahead."""

    scored: ScoredPartner
    points: Sequence[TrendPoint]


def get_score_history(engine: Engine, caller: Caller, partner_id: int) -> ScoreHistory:
    """Load a partner's past RVIs and their forecast with no new activity."""
    with reading(engine) as session:
        scored = get_scored_partner(session, caller, partner_id)
        return ScoreHistory(scored, trends.partner_trend(session, team=caller.team, scored=scored))


@dataclass(frozen=True, slots=True)
class PartnerDot:
    """A partner's activity of twelve months, our trust in it, its potential, and its band; None while provisional."""

    name: str
    activity: int
    trust: Fraction
    promise: Potential
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class PortfolioChart:
    """The rated active partners, how many are unrated, and the median activity."""

    day: date
    dots: Sequence[PartnerDot]
    unrated: int
    usual_activity: Fraction

    def dots_of_kind(self, kind: Potential) -> list[PartnerDot]:
        """Return the dots of a kind, most active first."""
        return sorted((dot for dot in self.dots if dot.promise == kind), key=lambda dot: -dot.activity)


def get_portfolio_chart(engine: Engine, caller: Caller) -> PortfolioChart:
    """Load all active partners by trust and activity, classified as in the quarterly review."""
    with reading(engine) as session:
        active = query.load_scores_on(session, team=caller.team, day=caller.today, statuses=[Status.ACTIVE])
    usual = median_activity([now for _, now in active])
    dots = [
        PartnerDot(
            partner.name,
            count_activity(now),
            level,
            classify_potential(now, usual),
            None if now.provisional else now.ours.band,
        )
        for partner, now in active
        if (level := now.ours.trust.level) is not None
    ]
    return PortfolioChart(caller.today, dots, len(active) - len(dots), usual)
