"""Evaluate what more activity or trust would do: one more of each, and the fewest to reach or keep a band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_scored_partner
from bot.errors import FieldError
from bot.scores.models import Outlook, ScoredPartner
from bot.scores.outlook import load_outlook
from scoring.forecast import expiry_day, score_at
from scoring.rvi import Score
from scoring.vocabulary import Band, Direction, Kind, Side
from scoring.what_if import Need, find_need, next_band, with_more, with_trust
from storage.db.engine import reading

SUGGESTED_ACTIVITIES = ((Kind.EVENT, Direction.JOINT), (Kind.REFERRAL, Direction.IN), (Kind.REFERRAL, Direction.OUT))


@dataclass(frozen=True, slots=True)
class TargetBand:
    """A band to reach by a day, for both sides, and that day's score with no new activity."""

    band: Band
    by: date
    needs: Mapping[Side, Need | None]
    then: Score


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A partner and what more activity or trust would do.

    `more` is the score with one more of each kind, `trust` the score with one more point on a side. For each side,
    `holds` keeps its band until `last_day` and `rises` lifts it by a band today, or is None. `target` is the band that
    was asked for, if any.
    """

    scored: ScoredPartner
    more: Sequence[tuple[Kind, Direction, Score]]
    trust: Sequence[tuple[Side, Score]]
    holds: Mapping[Side, Need | None]
    rises: Mapping[Side, Need | None]
    last_day: date
    target: TargetBand | None


def evaluate_what_if(engine: Engine, caller: Caller, partner_id: int, band: Band | None, by: date | None) -> WhatIf:
    """Evaluate what more would do, and what `band` takes by the day `by`, today by default.

    Raises:
        FieldError: the day is past, or so far ahead that today's activity no longer counts.
    """
    last = expiry_day(caller.today) - timedelta(days=1)
    by = by or caller.today
    if not caller.today <= by <= last:
        raise FieldError("by", "Choose a day from today up to a year ahead: activity counts for 12 months.")
    with reading(engine) as session:
        scored = get_scored_partner(session, caller, partner_id)
        ahead = load_outlook(session, team=caller.team, scored=scored, until=last)
    now = scored.now
    raised = [(side, with_trust(now, side)) for side in Side]
    return WhatIf(
        scored=scored,
        more=[(kind, way, with_more(now, 1, kind, way)) for kind, way in SUGGESTED_ACTIVITIES],
        trust=[(side, after) for side, after in raised if after],
        holds={side: _find_need(now, ahead, last, side, now.view(side).band) for side in Side},
        rises={side: _find_need(now, ahead, now.day, side, next_band(now, side)) for side in Side},
        last_day=last,
        target=_find_target(now, ahead, by, band) if band else None,
    )


def _find_need(now: Score, ahead: Outlook, by: date, side: Side, band: Band | None) -> Need | None:
    return None if band is None else find_need(now, ahead.rows, by, ahead.ratings, side, band)


def _find_target(now: Score, ahead: Outlook, by: date, band: Band) -> TargetBand:
    needs = {side: _find_need(now, ahead, by, side, band) for side in Side}
    return TargetBand(band, by, needs, score_at(now, ahead.rows, by, ahead.ratings))
