"""Why scores moved: the causes of the way from an earlier score to a later one."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlmodel import Session

from bot.scores import facts
from bot.scores.query import Scored
from bot.workspace.team import Team
from scoring import explain
from scoring.counts import NOTHING, Tally
from scoring.months import window_start
from scoring.rvi import Score
from scoring.vocabulary import Side
from storage.ledger import partner_totals


def why(scored: Scored, side: Side = Side.OURS) -> explain.Change:
    """Why the RVI of a partner moved since its earlier score."""
    return explain.explain(scored.before, scored.now, side, rolled_out=scored.gone, new=scored.come)


def why_between(
    session: Session, *, team: Team, partner_id: int, before: Score, after: Score, side: Side = Side.OURS
) -> explain.Change:
    """Why a partner's RVI moved between two days; rows that were voided since count on neither."""
    rolled, new = _moved(session, team, partner_id, before.day, after.day)
    return explain.explain(before, after, side, rolled_out=rolled, new=new)


def _moved(session: Session, team: Team, partner_id: int, before: date, after: date) -> tuple[Tally, Tally]:
    """What left a partner's twelve months from one day to another, and what came into them."""
    edges = sorted({window_start(before), before, window_start(after), after})
    spans = list(pairwise(edges)) or [(after, after)]
    was = [window_start(before) <= begin and end <= before for begin, end in spans]
    now = [window_start(after) <= begin and end <= after for begin, end in spans]
    found = partner_totals.sums(session, workspace_id=team.id, windows=spans, partner_ids=[partner_id])
    if partner_id not in found:
        return NOTHING, NOTHING
    tallies = [facts.tally(one) for one in found[partner_id].windows]
    return (
        _added([one for one, a, b in zip(tallies, was, now, strict=True) if a and not b]),
        _added([one for one, a, b in zip(tallies, was, now, strict=True) if b and not a]),
    )


def _added(tallies: Sequence[Tally]) -> Tally:
    total = NOTHING
    for one in tallies:
        total = total.moved(gone=NOTHING, come=one)
    return total
