"""How often to speak with a partner: its own cadence, its learnt rhythm, or the team's default."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot.workspace.team import Team
from scoring.rhythm import choose_cadence, rhythm_start, usual_interval
from storage.ledger import by_day
from storage.partners.snapshots import PartnerSnapshot


def load_rhythms(
    session: Session, *, team: Team, day: date, partners: Sequence[PartnerSnapshot], few: bool
) -> dict[int, int]:
    """Return the usual number of days between touches, by id, of partners without a cadence of their own, as of `day`.

    `few`: these are only some of the workspace's partners, so look them up one by one.
    """
    asked = [one.id for one in partners if one.cadence_days is None]
    if not asked:
        return {}
    touches = by_day.touch_days(
        session,
        workspace_id=team.id,
        after=rhythm_start(day),
        until=day,
        partner_ids=asked if few else None,
    )
    found = {id: usual_interval(touches.get(id, ()), day) for id in asked}
    return {id: days for id, days in found.items() if days is not None}


def cadence_days(team: Team, partner: PartnerSnapshot, rhythm_days: int | None) -> int:
    """Return the days after which a partner is quiet: its own or its vertical's cadence, its rhythm if the team
    learns cadences, or the team's default."""
    learnt = rhythm_days if team.learn_cadence else None
    return choose_cadence(partner.cadence_days, learnt, team.cadence_days)
