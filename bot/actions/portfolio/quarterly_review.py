"""Build the quarterly review: size, strength, growth, risk and regular partners."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from scoring.portfolio import (
    EffortShare,
    Potential,
    classify_potential,
    compare_effort,
    count_activity,
    is_concentrated,
    is_producing,
    median_activity,
    median_rvi,
    top_shares,
)
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
    """What could be lost. Shares are of the value won in 12 months; `top` carries the largest."""

    top: ScoredPartner | None
    share: Fraction | None
    share_three: Fraction | None
    alarming: bool
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
    """Compare today's portfolio with that of one review period ago."""
    team, today = caller.team, caller.today
    since = today - timedelta(days=team.review_days)
    with reading(engine) as session:
        every = query.load_scored(session, team=team, day=today)
        then = {
            one.id: was for one, was in query.load_scores_on(session, team=team, day=since, statuses=[Status.ACTIVE])
        }
        rows = {row.id: row for row in partners.list_partners(session, workspace_id=team.id)}
        active = [one for one in every if one.partner.status == Status.ACTIVE]
        usual = median_activity([one.now for one in active])
        kinds = {one.partner.id: classify_potential(one.now, usual) for one in active}
        return PortfolioReview(
            day=today,
            since=since,
            counts=_build_counts(session, caller, every, then, rows, since),
            quality=_build_quality(active, then, rows),
            growth=_build_growth(active, then, kinds),
            risk=_build_risk(session, caller, every, active, then, kinds),
            regular=_build_regular(active, kinds, query.load_efforts(session, team=team, day=today)),
            due=sum(bool(one.due_reviews) for one in active),
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
    status = Counter(one.partner.status for one in every)
    active = [one for one in every if one.partner.id in then]
    new = sorted((one for one in active if one.now.facts.start > since), key=lambda one: one.now.facts.start)
    return CountSection(
        active=len(active),
        producing=sum(is_producing(one.now) for one in active),
        producing_before=sum(is_producing(then[one.partner.id]) for one in active),
        new=tuple(one.partner.name for one in new),
        ended=tuple((one.partner.name, rows[one.partner.id].status_reason) for one in every if one.partner.id in ended),
        prospects=status[Status.PROSPECT],
        paused=status[Status.PAUSED],
    )


def _build_quality(
    active: Sequence[ScoredPartner], then: Mapping[int, Score], rows: Mapping[int | None, Partner]
) -> QualitySection:
    levels = [one.now.ours.trust.level for one in active if one.now.ours.trust.level is not None]
    return QualitySection(
        bands=Counter(one.now.ours.band for one in active if one.now.ours.band),
        unrated=sum(one.now.ours.band is None for one in active),
        trust=Fraction(median(levels)) if levels else None,
        rvi=median_rvi([one.now for one in active]),
        rvi_before=median_rvi([then[one.partner.id] for one in active]),
        paper=sum(one.is_paper for one in active),
        without_benefit=tuple(one.partner.name for one in active if not rows[one.partner.id].customer_benefit),
    )


def _build_growth(
    active: Sequence[ScoredPartner], then: Mapping[int, Score], kinds: Mapping[int, Potential]
) -> GrowthSection:
    could = _sort_least_active(one for one in active if kinds[one.partner.id] == Potential.COULD_BE)
    rose = [(one, then[one.partner.id]) for one in active if has_grown(one.now, then[one.partner.id])]
    return GrowthSection(
        trusted=sum(kind == Potential.TRUSTED for kind in kinds.values()),
        candidates=could,
        stuck=tuple(one for one in could if not one.promises),
        grew=tuple(sorted(rose, key=_rvi_change, reverse=True)),
    )


def _build_risk(
    session: Session,
    caller: Caller,
    every: Sequence[ScoredPartner],
    active: Sequence[ScoredPartner],
    then: Mapping[int, Score],
    kinds: Mapping[int, Potential],
) -> RiskSection:
    values = [one.now.facts.value_won for one in every]  # of all partners, whatever their status
    share = top_shares(values, 1)
    fell = [(one, then[one.partner.id]) for one in active if is_weakened(one.now, then[one.partner.id])]
    return RiskSection(
        top=max(every, key=lambda one: one.now.facts.value_won) if share is not None else None,
        share=share,
        share_three=top_shares(values, 3),
        alarming=share is not None and is_concentrated(share, caller.team.concentration_percent, len(every)),
        weakened=tuple(sorted(fell, key=_rvi_change)),
        distrusted=_sort_least_active(one for one in active if kinds[one.partner.id] == Potential.AT_RISK)[::-1],
        unowned=tuple(one.name for one in list_unowned(session, team=caller.team)),
    )


def _build_regular(
    active: Sequence[ScoredPartner], kinds: Mapping[int, Potential], spent: Mapping[int, int]
) -> RegularSection:
    mine = [one for one in active if kinds[one.partner.id] == Potential.REGULAR]
    values = {one.partner.id: one.now.facts.value_won for one in active}
    efforts = {id: spent.get(id, 0) for id in values}
    all_effort, all_value = sum(efforts.values()), sum(values.values())
    got = {id: compare_effort(efforts[id], all_effort, values[id], all_value) for id in values}

    share = {id: Fraction(values[id], all_value or 1) - Fraction(efforts[id], all_effort or 1) for id in values}

    def those(which: EffortShare) -> tuple[ScoredPartner, ...]:
        found = [one for one in active if got[one.partner.id] == which]
        return tuple(sorted(found, key=lambda one: -abs(share[one.partner.id])))

    quiet = [one for one in mine if one.is_quiet and not one.is_snoozed]
    return RegularSection(
        number=len(mine),
        quiet=tuple(sorted(quiet, key=lambda one: -Fraction(one.now.quiet_days, one.cadence_days))),
        over=those(EffortShare.OVER),
        under=those(EffortShare.UNDER),
    )


def _sort_least_active(found: Iterable[ScoredPartner]) -> tuple[ScoredPartner, ...]:
    """Sort those without a next step first, then by least activity."""
    return tuple(sorted(found, key=lambda one: (bool(one.promises), count_activity(one.now))))


def _rvi_change(pair: tuple[ScoredPartner, Score]) -> Decimal:
    one, then = pair
    return (one.now.ours.rvi or Decimal(0)) - (then.ours.rvi or Decimal(0))
