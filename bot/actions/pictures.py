"""What is drawn: a partner's RVIs over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from bot import trends
from bot.actions.basics import scored_of
from bot.actions.caller import Caller
from bot.scores import Scored
from bot.trends import Point
from storage.engine import reading


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
