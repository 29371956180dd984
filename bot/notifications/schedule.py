"""When a nudge or a digest is due. Pure: the instant and the settings are given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.workspace.team import Team

LATE = timedelta(hours=24)
QUARTER = timedelta(minutes=15)
"""Clocks are set, and hours begin, on these in every zone."""

SPREAD = 60


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest that should be out: of the ISO week `period`, telling of the day `as_of`."""

    period: str
    as_of: date
    late: bool


def nudge_day(team: Team, zone: ZoneInfo, now: datetime) -> date | None:
    """The owner's local day if a nudge may go out now: a working day, after the hour and before the quiet ones."""
    local = now.astimezone(zone)
    in_time = team.nudges_from <= local.hour < team.quiet_hour
    return local.date() if in_time and team.works_on(local.date()) else None


def digest_due(team: Team, now: datetime) -> DigestDue:
    """The latest digest whose hour has come. However long Tend was away, it is one."""
    day = now.astimezone(team.zone).date()
    monday = day - timedelta(days=day.weekday())
    moment = _moment(team, monday)
    if moment > now:
        moment = _moment(team, monday - timedelta(days=7))
    as_of = moment.astimezone(team.zone).date()
    year, week, _ = as_of.isocalendar()
    return DigestDue(f"{year}-W{week:02}", as_of, late=now - moment > LATE)


def next_due(team: Team, zones: Iterable[ZoneInfo], now: datetime) -> datetime:
    """The first instant after `now` at which something may become due: somebody's hour of nudges, or the digest's."""
    day = now.astimezone(team.zone).date()
    monday = day - timedelta(days=day.weekday())
    digests = [_moment(team, monday + timedelta(days=days)) for days in (0, 7)]
    hours = [
        _hour(zone, now.astimezone(zone).date() + timedelta(days=days), team.nudges_from)
        for zone in zones
        for days in (0, 1)
    ]
    return min(moment.astimezone(UTC) for moment in (*digests, *hours) if moment > now)


def next_look(team: Team, zones: Iterable[ZoneInfo], now: datetime, *, at_most: timedelta) -> datetime:
    """When to look at a workspace again of which, at `now`, nothing that was due is left.

    That is when a nudge or the digest may become due, or the team's day begins, on which pauses end; and before
    `at_most` has passed, so that whatever nobody thought of heals. That limit differs from workspace to workspace:
    thousands that were looked at together are not the next time.
    """
    tomorrow = _hour(team.zone, now.astimezone(team.zone).date() + timedelta(days=1), 0)
    healing = now + at_most * (0.5 + team.id % SPREAD / (2 * SPREAD))
    return min(next_due(team, [team.zone, *zones], now), tomorrow, healing)


def _hour(zone: ZoneInfo, day: date, hour: int) -> datetime:
    """The first instant of a local day at which it is that hour or later: where clocks skip it, when they do."""
    moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
    while (before := (moment - QUARTER).astimezone(zone)).date() == day and before.hour >= hour:
        moment -= QUARTER
    return moment


def _moment(team: Team, monday: date) -> datetime:
    """The hour of the digest in the week of `monday`; in the gap of a clock change, the instant it would have been."""
    day = monday + timedelta(days=team.digest_day)
    return datetime.combine(day, time(team.digest_hour), team.zone)
