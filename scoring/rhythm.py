"""How often we usually speak with a partner, learnt from past days of contact.

The usual interval is the median gap between recent days of contact, so one holiday or busy week does not move it. It
covers two years, since one year is too short for six touches of a quarterly habit, and only the latest thirteen days of
contact, so that a current habit is not mixed with last year's.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from scoring.months import add_months

YEARS = 2
MIN_TOUCHES = 6
MAX_TOUCHES = 13
MIN_DAYS, MAX_DAYS = 14, 90
"""Limits of the learnt interval in days: somebody we write to several times a week is not quiet after three days."""


def rhythm_start(day: date) -> date:
    """Return the day after which touches count for the rhythm on `day`."""
    return add_months(day, -12 * YEARS)


def usual_interval(touches: Iterable[date], day: date) -> int | None:
    """Return the usual number of days between touches as of `day`. None with fewer than six days of contact.

    `touches` are days in any order. Duplicates, later days and much older days are ignored.
    """
    start = rhythm_start(day)
    days = sorted({on for on in touches if start < on <= day})[-MAX_TOUCHES:]
    if len(days) < MIN_TOUCHES:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    # The median: the middle gap, or halfway between the two in the middle.
    middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] + 1) // 2
    return min(max(middle, MIN_DAYS), MAX_DAYS)


def choose_cadence(own: int | None, learnt: int | None, team: int) -> int:
    """Return the days after which a partner is quiet: its own or its vertical's cadence, the learnt one if the team
    learns them, or the team's."""
    return own or learnt or team
