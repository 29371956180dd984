"""Scores of all partners: against plain SQL, over time, and as the ledger grows."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from benchmarks.ledgers import TODAY
from benchmarks.measuring import Found, Target, figure, in_turn
from benchmarks.place import Place
from bot.actions.notifications import digest
from bot.scores import past
from bot.scores import query as scores
from bot.scores.past import PastScore
from bot.workspace.team import Team
from scoring.months import add_months, window_start
from storage.db.engine import reading
from storage.workspaces import workspaces

MONTHS = 24
T = TypeVar("T")

PLAIN = """
    SELECT partner_id, kind, direction, SUM(count)
    FROM activity
    WHERE workspace_id = :workspace AND voided_at IS NULL AND occurred_on > :after AND occurred_on <= :until
    GROUP BY partner_id, kind, direction
"""
# One pass over a covering index, one row per partner. Naming the index makes it fast.
TUNED = """
    SELECT partner_id, {sums}
    FROM activity INDEXED BY ix_activity_sums
    WHERE workspace_id = :workspace AND voided_at IS NULL AND occurred_on > :after AND occurred_on <= :until
    GROUP BY partner_id
"""
CELLS = [
    (kind, way)
    for kind in ("referral", "strategic_referral", "collaboration", "event", "cross_promotion")
    for way in ("in", "out", "joint")
]


def all_scores(place: Place) -> Iterator[Found]:
    """Row 5: all scores (sums, both sides' trust, both RVIs, value won) against a plain SQL pivot of the same file.

    The pivot only sums by kind and direction within the twelve months, without trust, score, first day or value. The
    second line uses a hand-tuned pivot. The others measure what nudges, digest and lists read: two scores of each
    partner, 30 days apart, with signals and forecast.
    """
    path, sizes = _ledger(place), place.sizes
    engine, title = place.open(path), f"scores of {sizes.partners:,} partners, {sizes.activities:,} activities"
    with sqlite3.connect(path) as bare:
        pivots = ("the bare SQL pivot", PLAIN), ("the pivot tuned by hand", tuned())
        for against, query in pivots:
            rounds = in_turn(lambda: everyone(engine), lambda q=query: _pivot(bare, q), rounds=sizes.rounds)  # type: ignore[misc]
            yield figure(5, title, against, rounds, Target(2) if query == PLAIN else None, unit="ms CPU")
        for against, query in pivots:
            rounds = in_turn(lambda: with_signals(engine), lambda q=query: _pivot(bare, q), rounds=sizes.rounds)  # type: ignore[misc]
            target = Target(2 if query == PLAIN else 1.5)
            yield figure(5, f"{title}, with signals", against, rounds, target, unit="ms CPU")
    bare.close()


def history(place: Place) -> Iterator[Found]:
    """Row 7: the scores at each of 24 month ends against those at the last one."""
    engine = place.open(_ledger(place))
    last = TODAY.replace(day=1) - timedelta(days=1)
    ends = [add_months(TODAY.replace(day=1), -back) - timedelta(days=1) for back in reversed(range(MONTHS))]
    assert ends[-1] == last
    rounds = in_turn(lambda: over_days(engine, ends), lambda: over_days(engine, [last]), rounds=place.sizes.rounds)
    yield figure(7, f"{MONTHS} months of history", "one month", rounds, Target(4), unit="ms CPU")


def growth(place: Place) -> Iterator[Found]:
    """Row 8: all scores with four times the activities, against one time."""
    sizes = place.sizes
    four = place.open(_ledger(place))
    single = place.open(place.ledger(partners=sizes.partners, activities=sizes.activities // 4))
    rounds = in_turn(lambda: everyone(four), lambda: everyone(single), rounds=sizes.rounds)
    yield figure(8, "scores at 4 × the activities", "at 1 ×", rounds, Target(4.4), unit="ms CPU")


def the_digest(place: Place) -> Iterator[Found]:
    """Row 10: the digest of all partners against the scores with signals that it is built from."""
    engine = place.open(_ledger(place))
    rounds = in_turn(lambda: _digest(engine), lambda: with_signals(engine), rounds=place.sizes.rounds)
    title = f"the digest of {place.sizes.partners:,} partners"
    yield figure(10, title, "their scores and signals", rounds, Target(1.3), unit="ms CPU")


def everyone(engine: Engine) -> Sequence[Any]:
    """Return today's scores without signals, as used by the portfolio review and its picture."""
    return _in_workspace(engine, lambda session, team: scores.load_scores_on(session, team=team, day=TODAY))


def with_signals(engine: Engine) -> Sequence[Any]:
    return _in_workspace(engine, lambda session, team: scores.load_scored(session, team=team, day=TODAY))


def over_days(engine: Engine, days: Sequence[date]) -> dict[int, tuple[PastScore, ...]]:
    """Return all scores on each day, derived back from the latest."""

    def find(session: Session, team: Team) -> dict[int, tuple[PastScore, ...]]:
        now = {partner.id: score for partner, score in scores.load_scores_on(session, team=team, day=days[-1])}
        return past.past_scores(session, team=team, now=now, days=days)

    return _in_workspace(engine, find)


def tuned() -> str:
    """Return the tuned pivot: a row per partner, a column per kind and direction."""
    sums = ", ".join(f"SUM(CASE WHEN kind = '{kind}' AND direction = '{way}' THEN count END)" for kind, way in CELLS)
    return TUNED.format(sums=sums)


def window() -> dict[str, Any]:
    """Return the pivots' parameters: the twelve months up to today."""
    return {"workspace": 1, "after": window_start(TODAY).isoformat(), "until": TODAY.isoformat()}


def _ledger(place: Place) -> Path:
    return place.ledger(partners=place.sizes.partners, activities=place.sizes.activities)


def _pivot(bare: sqlite3.Connection, query: str) -> list[Any]:
    return bare.execute(query, window()).fetchall()


def _in_workspace(engine: Engine, do: Callable[[Session, Team], T]) -> T:
    with reading(engine) as session:
        return do(session, Team.of(workspaces.get(session, workspace_id=1)))


def _digest(engine: Engine) -> digest.Digest:
    return _in_workspace(engine, lambda session, team: digest.build_digest(session, team=team, day=TODAY))
