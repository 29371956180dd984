"""How scores went over time: the portfolio by band, week by week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from bot import scores
from bot.team import Team
from scoring.rvi import Score
from scoring.words import Band, Status
from storage import changes, partners

WEEKS = 12
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Week:
    """How many partners were in each band at the end of day `on`; `unrated` have no RVI."""

    on: date
    bands: Mapping[Band, int]
    unrated: int


def by_band(session: Session, *, team: Team, day: date) -> tuple[Week, ...]:
    """The portfolio by band at the ends of twelve weeks, the last on `day`; empty where there is nothing to compare.

    Whoever was active on a day and no longer provisional counts on it. The scores are those of the same function as
    everywhere, as of each day. Weeks before the first such partner are left out; with fewer than two left, or
    without any rating, there is nothing.
    """
    days = [day - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    active = _active_on(session, team, days)
    known = [one for one in partners.standings(session, workspace_id=team.id) if active.get(one.id)]
    at = scores.many_on_days(session, team=team, partners_=known, days=days)
    weeks = [_week(on, [at[one.id][place] for one in known if on in active[one.id]]) for place, on in enumerate(days)]
    while weeks and not weeks[0].unrated and not weeks[0].bands:
        del weeks[0]
    return tuple(weeks) if len(weeks) >= FEWEST and any(week.bands for week in weeks) else ()


def _week(on: date, found: Sequence[Score]) -> Week:
    bands = Counter(one.ours.band for one in found if not one.provisional)
    return Week(on, {band: number for band, number in bands.items() if band}, bands[None])


def _active_on(session: Session, team: Team, days: Sequence[date]) -> dict[int, set[date]]:
    """On which of the days each partner was active, by its status now and what the history says it was before."""
    ends = {day: team.end_of(day) for day in days}
    # The first change after a day's end tells what held on that day; without one it is what holds now.
    changed = changes.since(
        session, workspace_id=team.id, subject="partner", field="status", instant=min(ends.values())
    )
    found = {}
    for partner in partners.standings(session, workspace_id=team.id):
        found[partner.id] = {day for day in days if partner.status == Status.ACTIVE}
    was: dict[tuple[int, date], str | None] = {}
    for id, old, at in changed:
        for day in days:
            if at > ends[day]:
                was.setdefault((id, day), old)
    for (id, day), status in was.items():
        if id in found:
            (found[id].add if status == Status.ACTIVE else found[id].discard)(day)
    return found
