"""Score history: derive past days from the latest score and the rows that entered or left the window since."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from sqlmodel import Session

from bot.scores import facts
from bot.workspace.team import Team
from scoring.counts import SIDE_DIRECTIONS
from scoring.months import WINDOW_MONTHS, age_in_months, window_start
from scoring.rvi import Score, is_provisional, read_rvi
from scoring.trust import Rating, trust_on
from scoring.vocabulary import Band, Side
from storage.ledger import by_day as ledger_days
from storage.ledger import trust_ratings


class PastScore(NamedTuple):
    """A partner's score on a day, for one side. No RVI and no band without a rating."""

    provisional: bool
    rvi: Decimal | None
    band: Band | None


def past_scores(
    session: Session, *, team: Team, now: Mapping[int, Score], days: Sequence[date], side: Side = Side.OURS
) -> dict[int, tuple[PastScore, ...]]:
    """Return the partners' scores on each of these days, the earliest first. `now` holds those of the last day.

    Between two days only that was lost from a total which the twelve months left behind, and only that was won which
    was done in between. So what is at the edges is read, and not twelve months for each day.
    """
    ways = [way.value for way in SIDE_DIRECTIONS[side]]
    gone, come = (
        ledger_days.sums_by_span(session, workspace_id=team.id, edges=edges, ways=ways) if len(days) > 1 else {}
        for edges in ([window_start(day) for day in days], days)
    )
    rated = facts.group_ratings(
        trust_ratings.load_ratings(session, workspace_id=team.id, until=days[-1], rated_after=days[0])
    )
    found, nothing = {}, [0] * (len(days) - 1)
    for id, score in now.items():
        moved = [went - came for went, came in zip(gone.get(id, nothing), come.get(id, nothing), strict=True)]
        totals = list(accumulate(reversed(moved), initial=score.view(side).total))
        found[id] = _partner_past_scores(score, days, totals[::-1], rated.get(id, ()), side)
    return found


def _partner_past_scores(
    now: Score, days: Sequence[date], totals: Sequence[int], ratings: Sequence[Rating], side: Side
) -> tuple[PastScore, ...]:
    grown = now.facts.start <= window_start(days[0])  # over a year old on all of them
    if grown and not ratings:
        return tuple(
            map(_score_at(WINDOW_MONTHS, now.view(side).trust.level), totals)
        )  # nothing turns but what was done
    turns, level = sorted([rating.rated_on for rating in ratings]), now.view(side).trust.level
    found, turned = [], -1
    for day, total in zip(days, totals, strict=True):
        if turns and turned != (turned := bisect_right(turns, day)):
            level = trust_on(ratings, day)[side].level
        months = WINDOW_MONTHS if grown else min(age_in_months(now.facts.start, day), WINDOW_MONTHS)
        found.append(_score_at(months, level)(total))
    return tuple(found)


# Many partners are alike in these three; the answer is the same for ever.
@lru_cache(maxsize=1 << 8)
def _score_at(months: int, level: Fraction | None) -> Callable[[int], PastScore]:
    @lru_cache(maxsize=1 << 10)
    def stood(total: int) -> PastScore:
        _, rvi, band = read_rvi(total, months, level)
        return PastScore(is_provisional(months), rvi, band)

    return stood
