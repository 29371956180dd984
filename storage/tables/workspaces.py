"""Workspaces and their people."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint, false, text
from sqlmodel import Field

from storage.tables.base import Base


class Workspace(Base, table=True):
    """A Slack team that installed Tend, with its settings.

    `team_id` is empty until the first connection to Slack; what a single-token installation imports or sets before
    that belongs to the same row. `enterprise_id` is the organisation whose installation covers it, since
    `granted_at`; a workspace without one has an installation of its own, and may have both. `look_at` is the next
    check time, empty for as soon as possible. No digest is due for an hour before `digest_since`, when the channel
    was set, or its day or hour last changed. `digest_begun_on` is when a channel was first set after there was
    none. What was shown between `stale_from` and `stale_until` names rows by ids that others have since: the rows
    were loaded from elsewhere, or an earlier copy was restored.
    """

    __tablename__: ClassVar[str] = "workspace"
    id: int | None = Field(default=None, primary_key=True)
    team_id: str | None = Field(default=None, unique=True, max_length=32)
    name: str = ""
    bot_user_id: str | None = None
    created_at: datetime
    timezone: str = "UTC"
    currency: str = Field(default="GBP", max_length=3)
    cadence_days: int = 30
    learn_cadence: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    nudge_hour: int = 9
    quiet_hour: int = 20
    working_days: str = "mon tue wed thu fri"
    holidays: str = ""
    digest_channel: str | None = None
    digest_day: str = "mon"
    digest_hour: int = 9
    digest_since: datetime | None = None
    digest_begun_on: date | None = None
    hourly_rate_minor: int | None = None
    concentration_percent: int = 40
    review_days: int = 91
    stewards: str = ""
    signals_off: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    digest_problem: str | None = None
    uninstalled_at: datetime | None = Field(default=None, index=True)
    enterprise_id: str | None = Field(default=None, index=True, max_length=32)
    granted_at: datetime | None = None
    look_at: datetime | None = Field(default=None, index=True)
    stale_from: datetime | None = None
    stale_until: datetime | None = None


class Person(Base, table=True):
    """A Slack user as last fetched, so that a command needs no API call to know who typed it."""

    __tablename__: ClassVar[str] = "person"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    name: str = ""
    timezone: str | None = None
    standing: str = "member"
    is_admin: bool = False
    checked_at: datetime
