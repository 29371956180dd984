"""How often we usually speak with a partner, learnt from the days on which we did.

The gaps between the latest days of contact are put in order, and the one in the middle is the rhythm: one holiday or
one busy week doesn't move it. Two years are looked at, because in one there are not six touches of a quarterly habit;
of these the latest thirteen days, so that a lively partner's habit of today is not mixed with that of last year.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from scoring.months import add_months

YEARS = 2
MIN_TOUCHES = 6
MAX_TOUCHES = 13
MIN_DAYS, MAX_DAYS = 14, 90
"""What is learnt is kept within these days: several mails a week are no reason to be called quiet after three days."""


def rhythm_start(day: date) -> date:
    """The day after which touches tell of the rhythm on `day`."""
    return add_months(day, -12 * YEARS)


def usual_interval(touches: Iterable[date], day: date) -> int | None:
    """The usual days from one touch to the next, as of `day`; None under six days of contact.

    `touches` are days of contact in any order. Several on one day are one; later and much older ones don't matter.
    """
    start = rhythm_start(day)
    met = sorted({on for on in touches if start < on <= day})[-MAX_TOUCHES:]
    if len(met) < MIN_TOUCHES:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(met))
    # The middle one, or half-way between the two in the middle.
    middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] + 1) // 2
    return min(max(middle, MIN_DAYS), MAX_DAYS)
