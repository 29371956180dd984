"""Decide when a nudge or a digest is due. Pure functions of the instant and the settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.workspace.team import Team

LATE_AFTER = timedelta(hours=24)
WEEK = timedelta(days=7)
QUARTER_HOUR = timedelta(minutes=15)
"""In every zone, clocks change and hours begin on a quarter hour."""

JITTER_BUCKETS = 60


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A due digest. It covers the days before `as_of`."""

    as_of: date
    late: bool

    @property
    def period(self) -> str:
        """The key of the digest."""
        return self.as_of.isoformat()


def nudge_day(team: Team, zone: ZoneInfo, now: datetime) -> date | None:
    """Return the owner's local day if it is a working day and within nudge hours."""
    local = now.astimezone(zone)
    in_time = team.nudges_from <= local.hour < team.quiet_hour
    return local.date() if in_time and team.works_on(local.date()) else None


def digest_due(team: Team, now: datetime) -> DigestDue | None:
    """Return the latest digest that is due: only one after any downtime, and none from before the schedule was set."""
    day = now.astimezone(team.zone).date()
    monday = day - timedelta(days=day.weekday())
    moment = _digest_instant(team, monday)
    if moment > now:
        moment = _digest_instant(team, monday - timedelta(days=7))
    if team.digest_since is not None and moment < team.digest_since:
        return None
    return DigestDue(moment.astimezone(team.zone).date(), late=now - moment > LATE_AFTER)


def digest_covers(day: date, last_on: date | None, begun_on: date | None) -> tuple[date, date]:
    """Return the first and last day that the digest of `day` covers, by default the seven before it.

    After a change of weekday or a failure it continues where the last one, of `last_on`, ended, so that no day is
    skipped or repeated. Days before digests were switched on, on `begun_on`, are not covered.
    """
    begin = day - WEEK
    if last_on is not None:
        begin = last_on if begun_on is None or last_on >= begun_on else max(begin, last_on)
    return begin, day - timedelta(days=1)


def next_due_at(team: Team, zones: Iterable[ZoneInfo], now: datetime) -> datetime:
    """Return the first instant after `now` at which a nudge or the digest may become due."""
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
    """Return when to check a workspace next, once nothing is due at `now`.

    That is when a nudge or the digest may become due or the team's day begins, on which pauses end; and at the latest
    after `at_most`, as a safety net. The limit is jittered per workspace to spread load.
    """
    tomorrow = _local_hour(team.zone, now.astimezone(team.zone).date() + timedelta(days=1), 0)
    healing = now + at_most * (0.5 + team.id % JITTER_BUCKETS / (2 * JITTER_BUCKETS))
    return min(next_due_at(team, [team.zone, *zones], now), tomorrow, healing)


def _local_hour(zone: ZoneInfo, day: date, hour: int) -> datetime:
    """Return the first instant of a local day at or after that hour, even if clocks skip it."""
    moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
    while (before := (moment - QUARTER_HOUR).astimezone(zone)).date() == day and before.hour >= hour:
        moment -= QUARTER_HOUR
    return moment


def _digest_instant(team: Team, monday: date) -> datetime:
    """Return the digest's instant in the week of `monday`, also if a clock change skips the hour."""
    day = monday + timedelta(days=team.digest_day)
    return datetime.combine(day, time(team.digest_hour), team.zone)
