"""Explain why a score moved from an earlier day to a later one."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlmodel import Session

from bot.scores import facts
from bot.scores.models import ScoredPartner
from bot.workspace.team import Team
from scoring import explain
from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.months import window_start
from scoring.rvi import Score
from scoring.vocabulary import Side
from storage.ledger import partner_totals


def explain_change(scored: ScoredPartner, side: Side = Side.OURS) -> explain.Change:
    """Explain why a partner's RVI moved since its earlier score."""
    return explain.explain_change(
        scored.before, scored.now, side, rolled_out=scored.left_window, new=scored.entered_window
    )


def explain_between(
    session: Session, *, team: Team, partner_id: int, before: Score, after: Score, side: Side = Side.OURS
) -> explain.Change:
    """Explain why a partner's RVI moved between two days. Rows voided since count on neither."""
    rolled, new = _load_moves(session, team, partner_id, before.day, after.day)
    return explain.explain_change(before, after, side, rolled_out=rolled, new=new)


def _load_moves(
    session: Session, team: Team, partner_id: int, before: date, after: date
) -> tuple[ActivityCounts, ActivityCounts]:
    """Load what left and what entered a partner's twelve months between two days."""
    edges = sorted({window_start(before), before, window_start(after), after})
    spans = list(pairwise(edges)) or [(after, after)]
    was = [window_start(before) <= begin and end <= before for begin, end in spans]
    now = [window_start(after) <= begin and end <= after for begin, end in spans]
    found = partner_totals.load_sums(session, workspace_id=team.id, windows=spans, partner_ids=[partner_id])
    if partner_id not in found:
        return NO_ACTIVITY, NO_ACTIVITY
    tallies = [facts.to_tally(one) for one in found[partner_id].windows]
    return (
        _sum_tallies([one for one, a, b in zip(tallies, was, now, strict=True) if a and not b]),
        _sum_tallies([one for one, a, b in zip(tallies, was, now, strict=True) if b and not a]),
    )


def _sum_tallies(tallies: Sequence[ActivityCounts]) -> ActivityCounts:
    total = NO_ACTIVITY
    for one in tallies:
        total = total.moved(gone=NO_ACTIVITY, come=one)
    return total
