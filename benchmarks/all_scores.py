"""The scores of all partners at once: against plain SQL, against data frames, over time, and as the ledger grows."""

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
# One pass along the index that holds all it needs, one line a partner. Naming the index is what makes it quick.
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
    """Row 5: all scores (sums, both sides' trust, both RVIs, value won) against the bare pivot of the same file.

    The pivot is the SQL that an engineer writes first: sums by kind and direction within the twelve months; no trust,
    no score, no first day, no value. As a second line the same tuned by hand; as a third, what nudge, digest and lists
    read: two scores of each, 30 days apart, with signals and what is ahead.
    """
    path, sizes = _ledger(place), place.sizes
    engine, what = place.open(path), f"scores of {sizes.partners:,} partners, {sizes.activities:,} activities"
    with sqlite3.connect(path) as bare:
        for against, query in (("the bare SQL pivot", PLAIN), ("the pivot tuned by hand", tuned())):
            rounds = in_turn(lambda: everyone(engine), lambda q=query: _pivot(bare, q), rounds=sizes.rounds)  # type: ignore[misc]
            yield figure(5, what, against, rounds, Target(2) if query == PLAIN else None, unit="ms CPU")
        rounds = in_turn(lambda: with_signals(engine), lambda: _pivot(bare, PLAIN), rounds=sizes.rounds)
        yield figure(5, f"{what}, with signals", "the bare SQL pivot", rounds, Target(2), unit="ms CPU")
    bare.close()


def history(place: Place) -> Iterator[Found]:
    """Row 7: how everybody stood at each of 24 month ends, as the digest asks it of weeks, against the last one."""
    engine = place.open(_ledger(place))
    last = TODAY.replace(day=1) - timedelta(days=1)
    ends = [add_months(TODAY.replace(day=1), -back) - timedelta(days=1) for back in reversed(range(MONTHS))]
    assert ends[-1] == last
    rounds = in_turn(lambda: over_days(engine, ends), lambda: over_days(engine, [last]), rounds=place.sizes.rounds)
    yield figure(7, f"{MONTHS} months of history", "one month", rounds, Target(4), unit="ms CPU")


def growth(place: Place) -> Iterator[Found]:
    """Row 8: all scores at four times the activities against the scores at one time."""
    sizes = place.sizes
    four = place.open(_ledger(place))
    one = place.open(place.ledger(partners=sizes.partners, activities=sizes.activities // 4))
    rounds = in_turn(lambda: everyone(four), lambda: everyone(one), rounds=sizes.rounds)
    yield figure(8, "scores at 4 × the activities", "at 1 ×", rounds, Target(4.4), unit="ms CPU")


def the_digest(place: Place) -> Iterator[Found]:
    """Row 10: the digest of everybody against their scores with signals, which it is made of."""
    engine = place.open(_ledger(place))
    rounds = in_turn(lambda: _digest(engine), lambda: with_signals(engine), rounds=place.sizes.rounds)
    what = f"the digest of {place.sizes.partners:,} partners"
    yield figure(10, what, "their scores and signals", rounds, Target(1.3), unit="ms CPU")


def everyone(engine: Engine) -> Sequence[Any]:
    """All scores of today, as the review of all partners and their picture ask for them: without signals."""
    return _in_workspace(engine, lambda session, team: scores.load_scores_on(session, team=team, day=TODAY))


def with_signals(engine: Engine) -> Sequence[Any]:
    return _in_workspace(engine, lambda session, team: scores.load_scored(session, team=team, day=TODAY))


def over_days(engine: Engine, days: Sequence[date]) -> dict[int, tuple[PastScore, ...]]:
    """How everybody stood on each day: the scores of the last one, and back from there."""

    def find(session: Session, team: Team) -> dict[int, tuple[PastScore, ...]]:
        now = {partner.id: score for partner, score in scores.load_scores_on(session, team=team, day=days[-1])}
        return past.past_scores(session, team=team, now=now, days=days)

    return _in_workspace(engine, find)


def tuned() -> str:
    """One line a partner, a column for each kind and direction."""
    sums = ", ".join(f"SUM(CASE WHEN kind = '{kind}' AND direction = '{way}' THEN count END)" for kind, way in CELLS)
    return TUNED.format(sums=sums)


def window() -> dict[str, Any]:
    """What the pivots ask for: the twelve months up to today, as SQLite keeps days."""
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
