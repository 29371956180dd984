"""What Tend's processes tell each other: what was acted on already, and that the clockwork ticks."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base


class SeenRequest(Base, table=True):
    """A request of Slack's that was already acted on: an event's id, a form's, a button's."""

    __tablename__: ClassVar[str] = "seen_request"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    seen_at: datetime


class Heartbeat(Base, table=True):
    """When the clockwork last ticked: one row for the whole database, and no workspace's."""

    __tablename__: ClassVar[str] = "heartbeat"
    id: int | None = Field(default=None, primary_key=True)
    ticked_at: datetime
