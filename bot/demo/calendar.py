"""The days that the made-up workspace is told from, so that its story is the same on whatever day it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.workspace.team import Team

HALF_HOUR_MINUTES = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoDays:
    """`today`, the day `monday` of the latest digest, and the latest working day `workday`, all of them local."""

    today: date
    monday: date
    workday: date

    def ago(self, days: int) -> date:
        """A working day about so many days before today, never a later one."""
        return last_weekday(self.today - days * DAY)


def demo_days(team: Team, now: datetime) -> DemoDays:
    """The days as of an instant."""
    return DemoDays(team.today(now), team.today(digest_instant(team, now)), team.today(nudge_instant(team, now)))


def digest_instant(team: Team, now: datetime) -> datetime:
    """The latest instant, half an hour after the digest's hour on its day."""
    return _latest(team, now, team.digest_hour, lambda day: day.weekday() == team.digest_day)


def nudge_instant(team: Team, now: datetime) -> datetime:
    """The latest instant, half an hour after the nudges' hour on a working day."""
    return _latest(team, now, team.nudges_from, team.works_on)


def _latest(team: Team, now: datetime, hour: int, wanted: Callable[[date], bool]) -> datetime:
    day = team.today(now)
    while not wanted(day) or local_instant(team, day, hour, HALF_HOUR_MINUTES) > now:
        day -= DAY
    return local_instant(team, day, hour, HALF_HOUR_MINUTES)


def local_instant(team: Team, day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a local day."""
    return datetime.combine(day, time(hour, minute), team.zone)


def last_weekday(day: date) -> date:
    """The day, or the Friday before it."""
    return day - max(0, day.weekday() - 4) * DAY
