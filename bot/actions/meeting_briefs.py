"""Meetings with partners that are still to come, and the brief that a person gets an hour before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from bot.workspace.team import Team
from storage.contacts import calendars
from storage.db.engine import reading
from storage.workspaces import members

BRIEF_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class BriefDue:
    """A brief for a person whose meeting starts soon, whichever partners it is with."""

    workspace_id: int
    user_id: str
    starts_at: datetime

    @property
    def period(self) -> str:
        """The key of the brief."""
        return self.starts_at.astimezone(UTC).isoformat()


def next_meetings(session: Session, team: Team, user_id: str, day: date) -> dict[int, datetime]:
    """Return when a person meets which partner next, from that day on, in their own zone."""
    begin = datetime.combine(day, time.min, team.zone)
    rows = calendars.list_meetings(session, workspace_id=team.id, user_id=user_id)
    ahead = [row for row in rows if row.starts_at >= begin]
    if not ahead:
        return {}
    zone = own_zone(session, team, user_id)
    return {row.partner_id: row.starts_at.astimezone(zone) for row in reversed(ahead)}  # the first stays


def own_zone(session: Session, team: Team, user_id: str) -> ZoneInfo:
    """Return a person's own zone, or the team's where it is not known."""
    member = members.find_member(session, workspace_id=team.id, user_id=user_id)
    return team.own_zone(member.timezone if member else None)


def list_briefs_due(engine: Engine, now: datetime) -> list[BriefDue]:
    """Return the briefs of every workspace whose meetings start within the hour, whether or not they were sent."""
    with reading(engine) as session:
        rows = calendars.list_to_brief(session, after=now, until=now + BRIEF_BEFORE)
        return sorted({BriefDue(row.workspace_id, row.user_id, row.starts_at) for row in rows})


def partners_met(session: Session, team: Team, user_id: str, period: str) -> list[int]:
    """Return the partners of the person's meetings that start at that instant: none if it was moved or cancelled."""
    starts_at = datetime.fromisoformat(period)
    rows = calendars.list_meetings(session, workspace_id=team.id, user_id=user_id)
    return sorted({row.partner_id for row in rows if row.starts_at == starts_at})
