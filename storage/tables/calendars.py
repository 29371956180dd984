"""Calendars that count as contact: where people's own are, and which of their meetings are with partners."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.base import Base, partner_key


class CalendarSource(Base, table=True):
    """A person's own calendar. `sealed` is its secret address, encrypted; it is stored nowhere else.

    It is to be read at `due_at`; who reads it moves that ahead first, so that nobody else does. `full_at` is when all
    of it was last read, `read_at` when it was last known to be unchanged or read. `problem` says why the last
    `failures` readings failed. `sends_briefs` says whether its person gets a brief before a meeting, `offers_people`
    whether they were told that unknown people at partners are offered.
    """

    __tablename__: ClassVar[str] = "calendar_source"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"), Index(None, "due_at"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    sealed: str
    added_at: datetime
    due_at: datetime
    etag: str | None = None
    read_at: datetime | None = None
    full_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    sends_briefs: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    offers_people: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class CalendarMeeting(Base, table=True):
    """A meeting with a partner in somebody's calendar, recent or soon. `key` is a hash of its id there; nothing of what
    it is about is kept. `counted_at` is when it became a touch, empty before it ended.
    """

    __tablename__: ClassVar[str] = "calendar_meeting"
    __table_args__ = (
        partner_key(),
        Index(None, "workspace_id", "user_id"),
        Index(None, "workspace_id", "partner_id", "occurred_on"),
        Index(None, "starts_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    partner_id: int
    key: str = Field(max_length=64)
    occurred_on: date
    starts_at: datetime
    ends_at: datetime
    counted_at: datetime | None = None
