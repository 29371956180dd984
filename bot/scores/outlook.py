"""What is known of the time to come, and what scores will be with nothing new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bot.scores import facts
from bot.workspace.team import Team
from scoring.forecast import Dated, Step, path, shown
from scoring.months import window_start
from scoring.trust import Rating
from storage.ledger import by_day, trust_ratings

if TYPE_CHECKING:
    from bot.scores.query import Scored


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known on a day of the time to come: what leaves the twelve months, what is planned, and, where one is
    dated ahead, all ratings. Of later days that is only what had been written down by then: whoever looks back from
    later sees the same."""

    rows: Sequence[Dated] = ()
    ratings: Sequence[Rating] = ()


NOTHING_AHEAD = Ahead()


def forecast(session: Session, *, team: Team, scored: Sequence[Scored], until: date) -> list[tuple[Step, ...]]:
    """For each partner every day up to `until` on which its RVI changes with nothing new. All are of one day."""
    if not scored:
        return []
    only = [scored[0].partner.id] if len(scored) == 1 else None
    known = _known(session, team, scored[0].now.day, until, only)
    found = [(one.now, known.get(one.partner.id, NOTHING_AHEAD)) for one in scored]
    return [shown(path(now, its.rows, until, its.ratings)) for now, its in found]


def known_of(session: Session, *, team: Team, scored: Scored, until: date) -> Ahead:
    """What is known, on the day of a partner's score, of its time up to `until`."""
    id = scored.partner.id
    return _known(session, team, scored.now.day, until, [id]).get(id, NOTHING_AHEAD)


def _known(session: Session, team: Team, day: date, until: date, only: Collection[int] | None) -> dict[int, Ahead]:
    going = [(window_start(day), min(window_start(until), day))]
    rows = by_day.dated(session, workspace_id=team.id, spans=going, make=facts.dated, partner_ids=only)
    given = trust_ratings.ratings(session, workspace_id=team.id, until=day, partner_ids=only)
    return known(session, team=team, day=day, until=until, going=rows, rated=facts.rated(given), only=only)


def known(
    session: Session,
    *,
    team: Team,
    day: date,
    until: date,
    going: Mapping[int, Sequence[Dated]],
    rated: Mapping[int, Sequence[Rating]],
    only: Collection[int] | None,
) -> dict[int, Ahead]:
    """For each partner what is known on `day`: `going` leaves the twelve months by `until`, `rated` is all ratings."""
    asked: dict[str, Any] = {"workspace_id": team.id, "today": day, "until": until, "known_at": team.end_of(day)}
    planned = by_day.planned(session, **asked, make=facts.dated, partner_ids=only)
    to_come = facts.rated(trust_ratings.planned(session, **asked, partner_ids=only))
    found = {of: Ahead(tuple(lines)) for of, lines in going.items()}
    for of in planned.keys() | to_come.keys():
        ratings = (*rated.get(of, ()), *to_come[of]) if of in to_come else ()
        found[of] = Ahead((*going.get(of, ()), *planned.get(of, ())), ratings)
    return found
