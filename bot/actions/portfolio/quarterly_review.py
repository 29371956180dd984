"""Build the quarterly review: size, strength, growth, risk and regular partners."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.notifications.nudge import list_unowned
from bot.scores import query
from bot.scores.models import ScoredPartner
from bot.scores.portfolio import (
    Concentration,
    Potentials,
    compare_efforts,
    measure_concentration,
    sort_by_potential,
    sort_quiet,
)
from scoring.portfolio import is_producing, median_rvi
from scoring.rvi import Score
from scoring.signals import has_grown, is_weakened
from scoring.vocabulary import Band, Status
from storage.db.engine import reading
from storage.partners import partners, reviews
from storage.tables import Partner


@dataclass(frozen=True, slots=True)
class CountSection:
    """Counts now and at the quarter's start; `ended` comes with the reasons."""

    active: int
    producing: int
    producing_before: int
    new: tuple[str, ...]
    ended: tuple[tuple[str, str | None], ...]
    prospects: int
    paused: int


@dataclass(frozen=True, slots=True)
class QualitySection:
    """How strong the partnerships are. `unrated` have no RVI, `paper` are on paper only.

    `without_benefit` names those whose record does not say how our customers benefit.
    """

    bands: Mapping[Band, int]
    unrated: int
    trust: Fraction | None
    rvi: Fraction | None
    rvi_before: Fraction | None
    paper: int
    without_benefit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrowthSection:
    """What is growing. `candidates` could become trusted partners; `stuck` ones have no next step."""

    trusted: int
    candidates: tuple[ScoredPartner, ...]
    stuck: tuple[ScoredPartner, ...]
    grew: tuple[tuple[ScoredPartner, Score], ...]


@dataclass(frozen=True, slots=True)
class RiskSection:
    """What could be lost."""

    concentration: Concentration | None
    weakened: tuple[tuple[ScoredPartner, Score], ...]
    distrusted: tuple[ScoredPartner, ...]
    unowned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegularSection:
    """Partners that are neither trusted, candidates nor at risk; and who gets too much or too little time."""

    number: int
    quiet: tuple[ScoredPartner, ...]
    over: tuple[ScoredPartner, ...]
    under: tuple[ScoredPartner, ...]


@dataclass(frozen=True, slots=True)
class PortfolioReview:
    """The five sections for the quarter that ends on `day`. `due` counts the partner reviews that are due."""

    day: date
    since: date
    counts: CountSection
    quality: QualitySection
    growth: GrowthSection
    risk: RiskSection
    regular: RegularSection
    due: int


def build_review(engine: Engine, caller: Caller) -> PortfolioReview:
    """Compare today's portfolio with that of scored review period ago."""
    team, today = caller.team, caller.today
    since = today - timedelta(days=team.review_days)
    with reading(engine) as session:
        every = query.load_scored(session, team=team, day=today)
        then = {
            partner.id: was
            for partner, was in query.load_scores_on(session, team=team, day=since, statuses=[Status.ACTIVE])
        }
        rows = {row.id: row for row in partners.list_partners(session, workspace_id=team.id)}
        active = [scored for scored in every if scored.partner.status == Status.ACTIVE]
        potentials = sort_by_potential(active)
        return PortfolioReview(
            day=today,
            since=since,
            counts=_build_counts(session, caller, every, then, rows, since),
            quality=_build_quality(active, then, rows),
            growth=_build_growth(active, then, potentials),
            risk=_build_risk(session, caller, every, active, then, potentials),
            regular=_build_regular(active, potentials, query.load_efforts(session, team=team, day=today)),
            due=sum(bool(scored.due_reviews) for scored in active),
        )


def _build_counts(
    session: Session,
    caller: Caller,
    every: Sequence[ScoredPartner],
    then: Mapping[int, Score],
    rows: Mapping[int | None, Partner],
    since: date,
) -> CountSection:
    ended = reviews.partners_ended_since(session, workspace_id=caller.team.id, instant=caller.team.end_of(since))
    status = Counter(scored.partner.status for scored in every)
    active = [scored for scored in every if scored.partner.id in then]
    new = sorted(
        (scored for scored in active if scored.now.facts.start > since), key=lambda scored: scored.now.facts.start
    )
    return CountSection(
        active=len(active),
        producing=sum(is_producing(scored.now) for scored in active),
        producing_before=sum(is_producing(then[scored.partner.id]) for scored in active),
        new=tuple(scored.partner.name for scored in new),
        ended=tuple(
            (scored.partner.name, rows[scored.partner.id].status_reason)
            for scored in every
            if scored.partner.id in ended
        ),
        prospects=status[Status.PROSPECT],
        paused=status[Status.PAUSED],
    )


def _build_quality(
    active: Sequence[ScoredPartner], then: Mapping[int, Score], rows: Mapping[int | None, Partner]
) -> QualitySection:
    levels = [scored.now.ours.trust.level for scored in active if scored.now.ours.trust.level is not None]
    return QualitySection(
        bands=Counter(scored.now.ours.band for scored in active if scored.now.ours.band),
        unrated=sum(scored.now.ours.band is None for scored in active),
        trust=Fraction(median(levels)) if levels else None,
        rvi=median_rvi([scored.now for scored in active]),
        rvi_before=median_rvi([then[scored.partner.id] for scored in active]),
        paper=sum(scored.is_paper for scored in active),
        without_benefit=tuple(scored.partner.name for scored in active if not rows[scored.partner.id].customer_benefit),
    )


def _build_growth(active: Sequence[ScoredPartner], then: Mapping[int, Score], potentials: Potentials) -> GrowthSection:
    rose = [(scored, then[scored.partner.id]) for scored in active if has_grown(scored.now, then[scored.partner.id])]
    return GrowthSection(
        trusted=len(potentials.trusted),
        candidates=potentials.could_be,
        stuck=potentials.stuck,
        grew=tuple(sorted(rose, key=_rvi_change, reverse=True)),
    )


def _build_risk(
    session: Session,
    caller: Caller,
    every: Sequence[ScoredPartner],
    active: Sequence[ScoredPartner],
    then: Mapping[int, Score],
    potentials: Potentials,
) -> RiskSection:
    won = [(scored.partner, scored.now.facts.value_won) for scored in every]
    fell = [(scored, then[scored.partner.id]) for scored in active if is_weakened(scored.now, then[scored.partner.id])]
    return RiskSection(
        concentration=measure_concentration(won, caller.team.concentration_percent),
        weakened=tuple(sorted(fell, key=_rvi_change)),
        distrusted=potentials.at_risk,
        unowned=tuple(partner.name for partner in list_unowned(session, team=caller.team)),
    )


def _build_regular(
    active: Sequence[ScoredPartner], potentials: Potentials, minutes: Mapping[int, int]
) -> RegularSection:
    efforts = compare_efforts(active, minutes)
    return RegularSection(
        number=len(potentials.regular),
        quiet=sort_quiet(potentials.regular),
        over=tuple(effort.scored for effort in efforts.over),
        under=tuple(effort.scored for effort in efforts.under),
    )


def _rvi_change(pair: tuple[ScoredPartner, Score]) -> Decimal:
    scored, then = pair
    return (scored.now.ours.rvi or Decimal(0)) - (then.ours.rvi or Decimal(0))
