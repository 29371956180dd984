"""What is drawn: a partner's RVIs over time, and all partners by trust and activity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import scored_of
from bot.scores import query, trends
from bot.scores.query import Scored
from bot.scores.trends import Point
from scoring.portfolio import Promise, activity, promise, usual_activity
from scoring.vocabulary import Status
from storage.db.engine import reading


@dataclass(frozen=True, slots=True)
class History:
    """A partner with its scores from two years back to a year ahead."""

    scored: Scored
    points: Sequence[Point]


def history(engine: Engine, caller: Caller, partner_id: int) -> History:
    """How a partner's RVIs came to be what they are, and where they go with nothing new.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        scored = scored_of(session, caller, partner_id)
        return History(scored, trends.of_partner(session, team=caller.team, scored=scored))


@dataclass(frozen=True, slots=True)
class Dot:
    """A partner by what was done in twelve months and how far we trust it, and what that makes of it."""

    name: str
    activity: int
    trust: Fraction
    promise: Promise


@dataclass(frozen=True, slots=True)
class Field:
    """The active partners that somebody has rated, by name; how many nobody has; and the usual activity."""

    day: date
    dots: Sequence[Dot]
    unrated: int
    usual: Fraction

    def those(self, kind: Promise) -> list[Dot]:
        """The dots of a kind, where most is done first."""
        return sorted((dot for dot in self.dots if dot.promise == kind), key=lambda dot: -dot.activity)


def field(engine: Engine, caller: Caller) -> Field:
    """All active partners by trust and activity, judged as in the review of all partners."""
    with reading(engine) as session:
        active = query.all_on(session, team=caller.team, day=caller.today, statuses=[Status.ACTIVE])
    usual = usual_activity([now for _, now in active])
    dots = [
        Dot(partner.name, activity(now), level, promise(now, usual))
        for partner, now in active
        if (level := now.ours.trust.level) is not None
    ]
    return Field(caller.today, dots, len(active) - len(dots), usual)
