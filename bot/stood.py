"""How all partners stood on many days: one pass over the ledger, and by difference from one day to the next."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from sqlmodel import Session

from bot import facts
from bot.team import Team
from scoring.months import WINDOW_MONTHS, age_in_months, window_start
from scoring.rvi import PROVISIONAL_MONTHS, reading
from scoring.tally import SEEN_FROM
from scoring.trust import Rating, trust_on
from scoring.words import Band, Side
from storage import days as ledger_days
from storage import partners, sums, trust


class Stood(NamedTuple):
    """How a partner stood on a day, seen from one side; no RVI and no band without a rating."""

    provisional: bool
    rvi: Decimal | None
    band: Band | None


def on_days(
    session: Session,
    *,
    team: Team,
    partners_: Sequence[partners.Standing],
    days: Sequence[date],
    side: Side = Side.OURS,
) -> dict[int, tuple[Stood, ...]]:
    """How partners stood on each of these days, the earliest first, by their ids.

    What was done is summed once from each day on which any of the twelve months begins or ends to the next. Of a
    window it is what had been done by its end, without what had been done by its begin.
    """
    edges = sorted({*days, *map(window_start, days)})
    places = [(edges.index(window_start(day)), edges.index(day)) for day in days]
    ways = [way.value for way in SEEN_FROM[side]]
    done = dict(ledger_days.by_spans(session, workspace_id=team.id, edges=edges, ways=ways))
    firsts = sums.firsts(session, workspace_id=team.id)
    rated = facts.rated(trust.ratings(session, workspace_id=team.id, until=days[-1]))
    nothing = [0] * (len(edges) - 1)
    found = {}
    for one in partners_:
        by = (0, *accumulate(done.get(one.id, nothing)))
        totals = [by[end] - by[begin] for begin, end in places]
        start = min(one.since_on, firsts.get(one.id, one.since_on))
        found[one.id] = _stood(start, days, rated[one.id], totals, side)
    return found


def _stood(
    start: date, days: Sequence[date], ratings: Sequence[Rating], totals: Sequence[int], side: Side
) -> tuple[Stood, ...]:
    grown = start <= window_start(days[0])  # over a year old on all of them
    given = sorted([rating.rated_on for rating in ratings])
    level = trust_on(ratings, days[0])[side].level
    if grown and (not given or given[-1] <= days[0]):
        at = _at(WINDOW_MONTHS, level)  # nothing turns but what was done
        return tuple([at(total) for total in totals])
    found, known = [], bisect_right(given, days[0])
    for day, total in zip(days, totals, strict=True):
        if known < (known := bisect_right(given, day)):
            level = trust_on(ratings, day)[side].level
        months = WINDOW_MONTHS if grown else min(age_in_months(start, day), WINDOW_MONTHS)
        found.append(_at(months, level)(total))
    return tuple(found)


# Many partners are alike in these three; the answer is the same for ever.
@lru_cache(maxsize=1 << 8)
def _at(months: int, level: Fraction | None) -> Callable[[int], Stood]:
    @lru_cache(maxsize=1 << 10)
    def stood(total: int) -> Stood:
        _, rvi, band = reading(total, months, level)
        return Stood(months < PROVISIONAL_MONTHS, rvi, band)

    return stood
