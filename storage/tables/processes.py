"""State shared by Tend's processes: requests already handled, and the scheduler's heartbeat."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base


class SeenRequest(Base, table=True):
    """A Slack request that was already handled, identified by event, form or button."""

    __tablename__: ClassVar[str] = "seen_request"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    seen_at: datetime


class Heartbeat(Base, table=True):
    """When the scheduler last ticked: one row per database, for no workspace."""

    __tablename__: ClassVar[str] = "heartbeat"
    id: int | None = Field(default=None, primary_key=True)
    ticked_at: datetime
