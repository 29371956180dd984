"""Meetings with partners that are still to come, and the brief that a person gets an hour before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from bot.workspace.team import Team
from storage.contacts import calendars
from storage.db.engine import reading
from storage.notifications import deliveries
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
        return _period(self.starts_at)


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


def meetings_to_tell(session: Session, team: Team, user_id: str, period: str) -> dict[int, list[datetime]]:
    """Return whom the person meets at that instant, and when within the hour after it: none if it was moved or
    cancelled. The times of a partner are in their order, that instant first.
    """
    starts_at = datetime.fromisoformat(period)
    rows = calendars.list_meetings(session, workspace_id=team.id, user_id=user_id)
    met = sorted({row.partner_id for row in rows if row.starts_at == starts_at})
    soon = sorted({(row.starts_at, row.partner_id) for row in rows if _is_within(row.starts_at, starts_at)})
    return {partner_id: [time for time, other_id in soon if other_id == partner_id] for partner_id in met}


def was_told_before(session: Session, due: BriefDue, now: datetime) -> bool:
    """Return whether a brief of an earlier meeting with the same partners, an hour before at most, told of them.

    A brief that may still go out counts; one that came too late doesn't, nor does one of a meeting that was moved.
    """
    rows = calendars.list_meetings(session, workspace_id=due.workspace_id, user_id=due.user_id)
    earlier = [row for row in rows if row.starts_at < due.starts_at and _is_within(due.starts_at, row.starts_at)]
    states = deliveries.find_states(
        session,
        workspace_id=due.workspace_id,
        kind="brief",
        recipient=due.user_id,
        periods={_period(row.starts_at) for row in earlier},
    )
    met = {row.partner_id for row in rows if row.starts_at == due.starts_at}
    told = {row.partner_id for row in earlier if _is_told(states.get(_period(row.starts_at)), row.starts_at > now)}
    return met <= told


def _is_told(state: str | None, is_ahead: bool) -> bool:
    return state == "sent" or (is_ahead and state in ("claimed", "retry"))


def _is_within(time: datetime, begin: datetime) -> bool:
    return begin <= time <= begin + BRIEF_BEFORE


def _period(starts_at: datetime) -> str:
    return starts_at.astimezone(UTC).isoformat()
