"""Load what is known about the future, and forecast scores with no new activity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bot.scores import facts
from bot.scores.models import NO_OUTLOOK, Outlook
from bot.workspace.team import Team
from scoring.forecast import DatedCount, ForecastPoint, forecast_path, visible_points
from scoring.months import window_start
from scoring.trust import Rating
from storage.ledger import by_day, trust_ratings

if TYPE_CHECKING:
    from bot.scores.models import ScoredPartner


def forecast_partners(
    session: Session, *, team: Team, scored: Sequence[ScoredPartner], until: date
) -> list[tuple[ForecastPoint, ...]]:
    """Return, for each partner, the days up to `until` on which its RVI changes if nothing new is done.

    All scores are of one day.
    """
    if not scored:
        return []
    only = [scored[0].partner.id] if len(scored) == 1 else None
    known = _load_outlooks(session, team, scored[0].now.day, until, only)
    found = [(one.now, known.get(one.partner.id, NO_OUTLOOK)) for one in scored]
    return [visible_points(forecast_path(now, its.rows, until, its.ratings)) for now, its in found]


def load_outlook(session: Session, *, team: Team, scored: ScoredPartner, until: date) -> Outlook:
    """Load what is known about a partner's time up to `until`, on the day of its score."""
    id = scored.partner.id
    return _load_outlooks(session, team, scored.now.day, until, [id]).get(id, NO_OUTLOOK)


def _load_outlooks(
    session: Session, team: Team, day: date, until: date, only: Collection[int] | None
) -> dict[int, Outlook]:
    going = [(window_start(day), min(window_start(until), day))]
    rows = by_day.dated_by_partner(session, workspace_id=team.id, spans=going, make=facts.to_dated, partner_ids=only)
    given = trust_ratings.load_ratings(session, workspace_id=team.id, until=day, partner_ids=only)
    return build_outlooks(
        session, team=team, day=day, until=until, going=rows, rated=facts.group_ratings(given), only=only
    )


def build_outlooks(
    session: Session,
    *,
    team: Team,
    day: date,
    until: date,
    going: Mapping[int, Sequence[DatedCount]],
    rated: Mapping[int, Sequence[Rating]],
    only: Collection[int] | None,
) -> dict[int, Outlook]:
    """Load what is known about partners on `day`. `going` leaves the window by `until`; `rated` is all ratings."""
    asked: dict[str, Any] = {"workspace_id": team.id, "today": day, "until": until, "known_at": team.end_of(day)}
    planned = by_day.planned_by_partner(session, **asked, make=facts.to_dated, partner_ids=only)
    to_come = facts.group_ratings(trust_ratings.load_planned(session, **asked, partner_ids=only))
    found = {of: Outlook(tuple(lines)) for of, lines in going.items()}
    for of in planned.keys() | to_come.keys():
        ratings = (*rated.get(of, ()), *to_come[of]) if of in to_come else ()
        found[of] = Outlook((*going.get(of, ()), *planned.get(of, ())), ratings)
    return found
