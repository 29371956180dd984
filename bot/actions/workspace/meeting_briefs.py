"""Meetings with partners that are still to come, and the brief that a person gets an hour before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.workspace.team import Team
from storage.contacts import calendars
from storage.db.engine import reading

BRIEF_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UpcomingMeeting:
    """A meeting with a partner that is still to come."""

    partner_id: int
    starts_at: datetime


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


def upcoming(session: Session, team: Team, user_id: str, day: date, now: datetime) -> list[UpcomingMeeting]:
    """Return a person's meetings with partners on a day that have not begun, in the order of time."""
    begin = datetime.combine(day, time.min, team.zone)
    rows = calendars.list_meetings(session, workspace_id=team.id, user_id=user_id)
    return [
        UpcomingMeeting(row.partner_id, row.starts_at)
        for row in rows
        if row.occurred_on == day and row.starts_at >= max(begin, now)
    ]


def list_briefs_due(engine: Engine, now: datetime) -> list[BriefDue]:
    """Return the briefs of every workspace whose meetings start within the hour, whether or not they were sent."""
    with reading(engine) as session:
        rows = calendars.list_to_brief(session, after=now, until=now + BRIEF_BEFORE)
        return sorted({BriefDue(row.workspace_id, row.user_id, row.starts_at) for row in rows})


def partners_met(session: Session, team: Team, user_id: str, period: str) -> list[int]:
    """Return the partners of the person's meetings that start at that instant. None if they were moved or cancelled."""
    starts_at = datetime.fromisoformat(period)
    rows = calendars.list_meetings(session, workspace_id=team.id, user_id=user_id)
    return sorted({row.partner_id for row in rows if row.starts_at == starts_at})
