"""Dates relative to the start, so that the demo tells the same story on any day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.workspace.team import Team

HALF_HOUR_MINUTES = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoDays:
    """Local dates: `today`, `monday` of the latest digest, and the latest working day."""

    today: date
    monday: date
    workday: date

    def ago(self, days: int) -> date:
        """Return the last weekday on or before `days` days ago."""
        return last_weekday(self.today - days * DAY)


def demo_days(team: Team, now: datetime) -> DemoDays:
    """Return the demo's dates as of an instant."""
    return DemoDays(team.today(now), team.today(digest_instant(team, now)), team.today(nudge_instant(team, now)))


def digest_instant(team: Team, now: datetime) -> datetime:
    """Return the latest time that is half an hour after the digest hour on a digest day."""
    return _latest(team, now, team.digest_hour, lambda day: day.weekday() == team.digest_day)


def nudge_instant(team: Team, now: datetime) -> datetime:
    """Return the latest time that is half an hour after the nudge hour on a working day."""
    return _latest(team, now, team.nudges_from, team.works_on)


def _latest(team: Team, now: datetime, hour: int, wanted: Callable[[date], bool]) -> datetime:
    day = team.today(now)
    while not wanted(day) or local_instant(team, day, hour, HALF_HOUR_MINUTES) > now:
        day -= DAY
    return local_instant(team, day, hour, HALF_HOUR_MINUTES)


def local_instant(team: Team, day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time on a local day."""
    return datetime.combine(day, time(hour, minute), team.zone)


def last_weekday(day: date) -> date:
    """Return the day, or the Friday before a weekend."""
    return day - max(0, day.weekday() - 4) * DAY
