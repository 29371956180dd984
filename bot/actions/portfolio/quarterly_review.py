"""All partners under the five headings of the quarterly review: how many, how solid, what grows, what is at risk,
and what of the regular ones."""

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
from bot.actions.notifications.nudge import unowned
from bot.scores import query
from bot.scores.query import Scored
from scoring.portfolio import (
    Promise,
    Served,
    activity,
    carries_too_much,
    is_paper,
    is_producing,
    median_rvi,
    promise,
    served,
    top_shares,
    usual_activity,
)
from scoring.rvi import Score
from scoring.signals import grew, is_quiet, weakened
from scoring.vocabulary import Band, Status
from storage.db.engine import reading
from storage.partners import partners, reviews
from storage.tables import Partner


@dataclass(frozen=True, slots=True)
class Many:
    """How many there are, and how many there were at the quarter's start; `ended` with the reasons."""

    active: int
    producing: int
    producing_before: int
    new: tuple[str, ...]
    ended: tuple[tuple[str, str | None], ...]
    prospects: int
    paused: int


@dataclass(frozen=True, slots=True)
class Solid:
    """How good they are. `unrated` have no RVI, `paper` are on paper only.

    Of those in `without_benefit` the record does not say how our customers benefit.
    """

    bands: Mapping[Band, int]
    unrated: int
    trust: Fraction | None
    rvi: Fraction | None
    rvi_before: Fraction | None
    paper: int
    without_benefit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Growing:
    """What is done to grow them: candidates are those that could be trusted partners."""

    trusted: int
    candidates: tuple[Scored, ...]
    stuck: tuple[Scored, ...]
    grew: tuple[tuple[Scored, Score], ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """What could be lost. Shares are of the value won in 12 months; `top` carries the largest."""

    top: Scored | None
    share: Fraction | None
    share_three: Fraction | None
    alarming: bool
    weakened: tuple[tuple[Scored, Score], ...]
    distrusted: tuple[Scored, ...]
    unowned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regular:
    """Partners that are neither trusted, nor candidates, nor at risk; and who gets too much or too little of us."""

    number: int
    quiet: tuple[Scored, ...]
    over: tuple[Scored, ...]
    under: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The five headings, for the quarter that ends with `day`; `due` counts the reviews of one partner that are due."""

    day: date
    since: date
    many: Many
    solid: Solid
    growing: Growing
    risk: Risk
    regular: Regular
    due: int


def find(engine: Engine, caller: Caller) -> Portfolio:
    """The portfolio as it stands today, against a review's distance ago."""
    team, today = caller.team, caller.today
    since = today - timedelta(days=team.review_days)
    with reading(engine) as session:
        every = query.read(session, team=team, day=today)
        then = {one.id: was for one, was in query.all_on(session, team=team, day=since, statuses=[Status.ACTIVE])}
        rows = {row.id: row for row in partners.all_of(session, workspace_id=team.id)}
        active = [one for one in every if one.partner.status == Status.ACTIVE]
        usual = usual_activity([one.now for one in active])
        kinds = {one.partner.id: promise(one.now, usual) for one in active}
        return Portfolio(
            day=today,
            since=since,
            many=_many(session, caller, every, then, rows, since),
            solid=_solid(active, then, rows),
            growing=_growing(active, then, kinds),
            risk=_risk(session, caller, active, then, kinds),
            regular=_regular(active, kinds, query.efforts(session, team=team, day=today)),
            due=sum(bool(one.reviews) for one in active),
        )


def _many(
    session: Session,
    caller: Caller,
    every: Sequence[Scored],
    then: Mapping[int, Score],
    rows: Mapping[int | None, Partner],
    since: date,
) -> Many:
    ended = reviews.ended_since(session, workspace_id=caller.team.id, instant=caller.team.end_of(since))
    status = Counter(one.partner.status for one in every)
    active = [one for one in every if one.partner.id in then]
    new = sorted((one for one in active if one.now.facts.start > since), key=lambda one: one.now.facts.start)
    return Many(
        active=len(active),
        producing=sum(is_producing(one.now) for one in active),
        producing_before=sum(is_producing(then[one.partner.id]) for one in active),
        new=tuple(one.partner.name for one in new),
        ended=tuple((one.partner.name, rows[one.partner.id].status_reason) for one in every if one.partner.id in ended),
        prospects=status[Status.PROSPECT],
        paused=status[Status.PAUSED],
    )


def _solid(active: Sequence[Scored], then: Mapping[int, Score], rows: Mapping[int | None, Partner]) -> Solid:
    levels = [one.now.ours.trust.level for one in active if one.now.ours.trust.level is not None]
    return Solid(
        bands=Counter(one.now.ours.band for one in active if one.now.ours.band),
        unrated=sum(one.now.ours.band is None for one in active),
        trust=Fraction(median(levels)) if levels else None,
        rvi=median_rvi([one.now for one in active]),
        rvi_before=median_rvi([then[one.partner.id] for one in active]),
        paper=sum(is_paper(one.now) for one in active),
        without_benefit=tuple(one.partner.name for one in active if not rows[one.partner.id].customer_benefit),
    )


def _growing(active: Sequence[Scored], then: Mapping[int, Score], kinds: Mapping[int, Promise]) -> Growing:
    could = _least_first(one for one in active if kinds[one.partner.id] == Promise.COULD_BE)
    rose = [(one, then[one.partner.id]) for one in active if grew(one.now, then[one.partner.id])]
    return Growing(
        trusted=sum(kind == Promise.TRUSTED for kind in kinds.values()),
        candidates=could,
        stuck=tuple(one for one in could if not one.promises),
        grew=tuple(sorted(rose, key=_moved, reverse=True)),
    )


def _risk(
    session: Session,
    caller: Caller,
    active: Sequence[Scored],
    then: Mapping[int, Score],
    kinds: Mapping[int, Promise],
) -> Risk:
    values = [one.now.facts.value_won for one in active]
    share = top_shares(values, 1)
    fell = [(one, then[one.partner.id]) for one in active if weakened(one.now, then[one.partner.id])]
    return Risk(
        top=max(active, key=lambda one: one.now.facts.value_won) if share is not None else None,
        share=share,
        share_three=top_shares(values, 3),
        alarming=share is not None and carries_too_much(share, caller.team.concentration_percent, len(active)),
        weakened=tuple(sorted(fell, key=_moved)),
        distrusted=_least_first(one for one in active if kinds[one.partner.id] == Promise.AT_RISK)[::-1],
        unowned=tuple(one.name for one in unowned(session, team=caller.team)),
    )


def _regular(active: Sequence[Scored], kinds: Mapping[int, Promise], spent: Mapping[int, int]) -> Regular:
    mine = [one for one in active if kinds[one.partner.id] == Promise.REGULAR]
    values = {one.partner.id: one.now.facts.value_won for one in active}
    efforts = {id: spent.get(id, 0) for id in values}
    all_effort, all_value = sum(efforts.values()), sum(values.values())
    got = {id: served(efforts[id], all_effort, values[id], all_value) for id in values}

    share = {id: Fraction(values[id], all_value or 1) - Fraction(efforts[id], all_effort or 1) for id in values}

    def those(which: Served) -> tuple[Scored, ...]:
        found = [one for one in active if got[one.partner.id] == which]
        return tuple(sorted(found, key=lambda one: -abs(share[one.partner.id])))

    quiet = [one for one in mine if is_quiet(one.now, one.cadence_days) and not one.is_snoozed]
    return Regular(
        number=len(mine),
        quiet=tuple(sorted(quiet, key=lambda one: -Fraction(one.now.quiet_days, one.cadence_days))),
        over=those(Served.OVER),
        under=those(Served.UNDER),
    )


def _least_first(found: Iterable[Scored]) -> tuple[Scored, ...]:
    """Those without a next step first, then by how little is done with them."""
    return tuple(sorted(found, key=lambda one: (bool(one.promises), activity(one.now))))


def _moved(pair: tuple[Scored, Score]) -> Decimal:
    one, then = pair
    return (one.now.ours.rvi or Decimal(0)) - (then.ours.rvi or Decimal(0))
