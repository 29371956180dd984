"""The team that installed Tend, and its people."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field

from storage.tables.base import Base


class Workspace(Base, table=True):
    """One Slack team that installed Tend, with the team's settings.

    `team_id` is empty until the first connection to Slack tells it: what a single-token
    installation imports or sets before that belongs to the same row. `look_at` is when the clockwork
    looks at it next; empty for as soon as it can. No digest is due whose hour was before `digest_since`: when the
    channel was set, or its day or hour last changed; `digest_begun_on` is when a channel was set where there was none.
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
    digest_problem: str | None = None
    uninstalled_at: datetime | None = Field(default=None, index=True)
    look_at: datetime | None = Field(default=None, index=True)


class Person(Base, table=True):
    """What Slack says of a user id, kept so that a command needs no call to learn who typed it."""

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
