"""Scores over time: the portfolio by band per week, and one partner's RVIs with a forecast."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from bot.scores import facts, outlook, past, query
from bot.scores.models import ScoredPartner
from bot.scores.past import PastScore
from bot.workspace.team import Team
from scoring.months import add_months
from scoring.rvi import Score
from scoring.vocabulary import Band, Side, Status
from storage.partners import audit_log
from storage.partners.snapshots import PartnerSnapshot

WEEKS = 12
MIN_POINTS = 2
# Slack's charts take twenty points: two years back and one ahead are nineteen.
STEP_MONTHS = 2
MONTHS_BACK = 24
MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class BandWeek:
    """Number of partners in each band at the end of day `on`. `unrated` have no RVI."""

    on: date
    bands: Mapping[Band, int]
    unrated: int


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A partner's score on day `on`, `months` from today: 0 or less for what was, more for what will be."""

    months: int
    on: date
    score: Score


def weekly_bands(
    session: Session, *, team: Team, day: date, every: Sequence[PartnerSnapshot], now: Mapping[int, Score]
) -> tuple[BandWeek, ...]:
    """Return the portfolio by band at the ends of twelve weeks, the last on `day`; empty if nothing can be compared.

    Whoever was active on a day and no longer provisional counts on it. The scores are those of the same function as
    everywhere, as of each day: `every` is all partners, and `now` the scores of `day` that are known. Weeks before the
    first such partner are left out; with fewer than two left, or without any rating, there is nothing.
    """
    days = [day - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    active = active_on(session, team, every, days)
    known = [partner for partner in every if active[partner.id]]
    found = dict(now)
    if others := [partner for partner in known if partner.id not in now]:
        few = [partner.id for partner in others] if len(others) <= query.MAX_SELECTED else None
        at_end = facts.scores_on_days(session, team=team, partners=others, days=[day], only=few)
        found |= {id: score for id, (score,) in at_end.items()}
    at = past.past_scores(session, team=team, now=found, days=days)
    weeks = [
        _count_bands(on, [at[partner.id][place] for partner in known if on in active[partner.id]])
        for place, on in enumerate(days)
    ]
    while weeks and not weeks[0].unrated and not weeks[0].bands:
        del weeks[0]
    return tuple(weeks) if len(weeks) >= MIN_POINTS and any(week.bands for week in weeks) else ()


def _count_bands(on: date, found: Sequence[PastScore]) -> BandWeek:
    bands = Counter(one.band for one in found if not one.provisional)
    return BandWeek(on, {band: number for band, number in bands.items() if band}, bands[None])


def active_on(
    session: Session, team: Team, every: Sequence[PartnerSnapshot], days: Sequence[date]
) -> dict[int, set[date]]:
    """Find the days on which each partner was active, from its status now and its history."""
    ends = {day: team.end_of(day) for day in days}
    # The first change after a day's end shows that day's status. Without one it is today's.
    changed = audit_log.field_changes_since(
        session, workspace_id=team.id, subject="partner", field="status", instant=min(ends.values())
    )
    found = {partner.id: set(days) if partner.status == Status.ACTIVE else set() for partner in every}
    was: dict[tuple[int, date], str | None] = {}
    for id, old, at in changed:
        for day in days:
            if at > ends[day]:
                was.setdefault((id, day), old)
    for (id, day), status in was.items():
        if id in found:
            (found[id].add if status == Status.ACTIVE else found[id].discard)(day)
    return found


def partner_trend(session: Session, *, team: Team, scored: ScoredPartner) -> tuple[TrendPoint, ...]:
    """Return a partner's scores every second month, from two years back to a year ahead with nothing new.

    What was begins where the partnership had begun and every RVI that is known today was known.
    """
    today, id = scored.now.day, scored.partner.id
    back = range(-MONTHS_BACK, 1, STEP_MONTHS)
    was = query.partner_scores(session, team=team, partner_id=id, days=[add_months(today, months) for months in back])
    points = [
        TrendPoint(months, one.day, one) for months, one in zip(back, was, strict=True) if _is_known(one, scored.now)
    ]
    until = add_months(today, MONTHS_AHEAD)
    (steps,) = outlook.forecast_partners(session, team=team, scored=[scored], until=until)
    for months in range(STEP_MONTHS, MONTHS_AHEAD + 1, STEP_MONTHS):
        day = add_months(today, months)
        points.append(
            TrendPoint(months, day, next((step.after for step in reversed(steps) if step.on <= day), scored.now))
        )
    return tuple(points)


def _is_known(one: Score, now: Score) -> bool:
    known = [one.view(side).rvi is not None for side in Side if now.view(side).rvi is not None]
    return one.facts.start <= one.day and all(known)
