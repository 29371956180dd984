"""How much a partnership hangs on single people at the partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LOOKED_BACK_MONTHS = 6
MIN_TOUCHES = 3
"""Fewer touches in half a year say nothing of whom one speaks with."""


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who backs the partnership on the partner's side, as far as signals depend on it.

    `left_on` is the day from which they no longer work there, `bounced_on` that on which mail to them came back.
    """

    name: str
    left_on: date | None = None
    bounced_on: date | None = None

    def gone_on(self, day: date) -> date | None:
        """Return since when they cannot be reached on a day. None if they can."""
        days = [one for one in (self.left_on, self.bounced_on) if one is not None and one <= day]
        return min(days, default=None)


def only_person(touches: Sequence[frozenset[int]]) -> int | None:
    """Return the one person with whom all touches were. None if there were others, or touches that name nobody."""
    if len(touches) < MIN_TOUCHES:
        return None
    named = frozenset().union(*touches)
    return next(iter(named)) if len(named) == 1 and all(touches) else None
