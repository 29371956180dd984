"""A workspace and its settings as a frozen value."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row

from bot.workspace.holidays import calendars, is_holiday
from storage.tables import Workspace

_MONTH_FIRST = ("US", "PH", "FM", "MH", "PW", "GU", "PR", "VI", "AS", "MP")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace and its settings. Hours are local, 0 to 23. `enterprise_id` is the organisation whose installation
    covers it, or None.
    """

    id: int
    team_id: str | None
    name: str
    bot_user_id: str | None
    zone: ZoneInfo
    currency: str
    cadence_days: int
    learn_cadence: bool
    nudge_hour: int
    quiet_hour: int
    working_days: frozenset[int]
    days_off: frozenset[date]
    holiday_calendars: tuple[str, ...]
    digest_channel: str | None
    digest_day: int
    digest_hour: int
    digest_since: datetime | None
    digest_begun_on: date | None
    digest_problem: str | None
    concentration_percent: int
    hourly_rate: int | None
    review_days: int
    stewards: frozenset[str]
    signals_off: frozenset[str] = frozenset()
    stale_from: datetime | None = None
    stale_until: datetime | None = None
    enterprise_id: str | None = None

    @classmethod
    def of(cls, row: Workspace | Row[*tuple[Any, ...]]) -> "Team":
        assert row.id is not None  # only stored workspaces become teams
        return cls(
            id=row.id,
            team_id=row.team_id,
            name=row.name,
            bot_user_id=row.bot_user_id,
            zone=ZoneInfo(row.timezone),
            currency=row.currency,
            cadence_days=row.cadence_days,
            learn_cadence=row.learn_cadence,
            nudge_hour=row.nudge_hour,
            quiet_hour=row.quiet_hour,
            working_days=frozenset(WEEKDAYS.index(word) for word in row.working_days.split()),
            days_off=frozenset(date.fromisoformat(word) for word in row.holidays.split() if word[0].isdigit()),
            holiday_calendars=calendars(row.holidays, row.timezone),
            digest_channel=row.digest_channel,
            digest_day=WEEKDAYS.index(row.digest_day),
            digest_hour=row.digest_hour,
            digest_since=row.digest_since,
            digest_begun_on=row.digest_begun_on,
            digest_problem=row.digest_problem,
            concentration_percent=row.concentration_percent,
            hourly_rate=row.hourly_rate_minor,
            review_days=row.review_days,
            stewards=frozenset(row.stewards.split()),
            signals_off=frozenset(row.signals_off.split()),
            stale_from=row.stale_from,
            stale_until=row.stale_until,
            enterprise_id=row.enterprise_id,
        )

    @property
    def day_first(self) -> bool:
        """Whether 3/4 is the third of April, as in most countries."""
        country = next((code.partition("-")[0] for code in self.holiday_calendars), None)
        return country not in _MONTH_FIRST if country else self.currency != "USD"

    @property
    def nudges_from(self) -> int:
        """The hour from which owners get nudges. A start within quiet hours moves to the hour before they
        begin.
        """
        return min(self.nudge_hour, self.quiet_hour - 1)

    def today(self, now: datetime) -> date:
        """Return the workspace's local day at an instant."""
        return now.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Return the last instant of a local day. Handles clocks that go back at midnight, when the last hour occurs
        twice.
        """
        return datetime.combine(day, time.max.replace(fold=1), self.zone)

    def own_zone(self, name: str | None) -> ZoneInfo:
        """Return a member's time zone by its IANA name, or the team's where it is not known."""
        return find_zone(name) or self.zone

    def is_stale(self, at: datetime) -> bool:
        """Return whether what was shown at an instant may name other rows than those that have its ids now."""
        return self.stale_until is not None and (self.stale_from or at) <= at < self.stale_until

    def works_on(self, day: date) -> bool:
        if day.weekday() not in self.working_days or day in self.days_off:
            return False
        return not any(is_holiday(calendar, day) for calendar in self.holiday_calendars)


def find_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone of an IANA name, or None. Avoids listing all zones, which would read the disk each time."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
