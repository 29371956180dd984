"""When a nudge or a digest is due. Pure: the instant and the settings are given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.workspace.team import Team

LATE_AFTER = timedelta(hours=24)
WEEK = timedelta(days=7)
QUARTER_HOUR = timedelta(minutes=15)
"""Clocks are set, and hours begin, on these in every zone."""

JITTER_BUCKETS = 60


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest that should be out: that of the day `as_of`, which tells of the days before it."""

    as_of: date
    late: bool

    @property
    def period(self) -> str:
        """What it is known by."""
        return self.as_of.isoformat()


def nudge_day(team: Team, zone: ZoneInfo, now: datetime) -> date | None:
    """The owner's local day if a nudge may go out now: a working day, after the hour and before the quiet ones."""
    local = now.astimezone(zone)
    in_time = team.nudges_from <= local.hour < team.quiet_hour
    return local.date() if in_time and team.works_on(local.date()) else None


def digest_due(team: Team, now: datetime) -> DigestDue | None:
    """The latest digest whose hour has come. However long Tend was away, it is one; none from before the team wanted
    one at that day and hour."""
    day = now.astimezone(team.zone).date()
    monday = day - timedelta(days=day.weekday())
    moment = _digest_instant(team, monday)
    if moment > now:
        moment = _digest_instant(team, monday - timedelta(days=7))
    if team.digest_since is not None and moment < team.digest_since:
        return None
    return DigestDue(moment.astimezone(team.zone).date(), late=now - moment > LATE_AFTER)


def digest_covers(day: date, last_on: date | None, begun_on: date | None) -> tuple[date, date]:
    """The first and the last day that the digest of `day` tells of: the seven before it.

    Where the day of the week was changed, or digests could not go out, it goes on where the last one, of `last_on`,
    ended: no day is in two, and none is left out. What was in a time without digests, before they were begun on
    `begun_on`, is not made up for.
    """
    begin = day - WEEK
    if last_on is not None:
        begin = last_on if begun_on is None or last_on >= begun_on else max(begin, last_on)
    return begin, day - timedelta(days=1)


def next_due_at(team: Team, zones: Iterable[ZoneInfo], now: datetime) -> datetime:
    """The first instant after `now` at which something may become due: somebody's hour of nudges, or the digest's."""
    day = now.astimezone(team.zone).date()
    monday = day - timedelta(days=day.weekday())
    digests = [_digest_instant(team, monday + timedelta(days=days)) for days in (0, 7)]
    hours = [
        _local_hour(zone, now.astimezone(zone).date() + timedelta(days=days), team.nudges_from)
        for zone in zones
        for days in (0, 1)
    ]
    return min(moment.astimezone(UTC) for moment in (*digests, *hours) if moment > now)


def next_check_at(team: Team, zones: Iterable[ZoneInfo], now: datetime, *, at_most: timedelta) -> datetime:
    """When to look at a workspace again of which, at `now`, nothing that was due is left.

    That is when a nudge or the digest may become due, or the team's day begins, on which pauses end; and before
    `at_most` has passed, so that whatever nobody thought of heals. That limit differs from workspace to workspace:
    thousands that were looked at together are not the next time.
    """
    tomorrow = _local_hour(team.zone, now.astimezone(team.zone).date() + timedelta(days=1), 0)
    healing = now + at_most * (0.5 + team.id % JITTER_BUCKETS / (2 * JITTER_BUCKETS))
    return min(next_due_at(team, [team.zone, *zones], now), tomorrow, healing)


def _local_hour(zone: ZoneInfo, day: date, hour: int) -> datetime:
    """The first instant of a local day at which it is that hour or later: where clocks skip it, when they do."""
    moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
    while (before := (moment - QUARTER_HOUR).astimezone(zone)).date() == day and before.hour >= hour:
        moment -= QUARTER_HOUR
    return moment


def _digest_instant(team: Team, monday: date) -> datetime:
    """The hour of the digest in the week of `monday`; in the gap of a clock change, the instant it would have been."""
    day = monday + timedelta(days=team.digest_day)
    return datetime.combine(day, time(team.digest_hour), team.zone)
