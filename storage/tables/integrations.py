"""What other programs use: tokens of the API with what was answered, and the addresses of calendars."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base


class Integration(Base, table=True):
    """Another program that reads and records by the API, known by its token.

    Of the token only a hash is kept, and how it begins (`prefix`), so that people tell one from another. `minute_at`
    and `minute_count` are the minute of its last request, and how many there were in it.
    """

    __tablename__: ClassVar[str] = "integration"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    prefix: str
    token_hash: str = Field(unique=True)
    made_at: datetime
    made_by: str
    last_used_on: date | None = None
    minute_at: datetime | None = None
    minute_count: int = 0
    revoked_at: datetime | None = None
    revoked_by: str | None = None


class IdempotencyKey(Base, table=True):
    """What an integration was answered under an idempotency key; without a `status` it is still being worked on.

    `fingerprint` tells one request from another, and holds nothing of it.
    """

    __tablename__: ClassVar[str] = "kept_answer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "integration_id", "key"),
        ForeignKeyConstraint(["workspace_id", "integration_id"], ["integration.workspace_id", "integration.id"]),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    integration_id: int
    key: str
    fingerprint: str
    begun_at: datetime
    status: int | None = None
    body: str | None = None


class CalendarFeed(Base, table=True):
    """A person's private calendar. Whoever has its address may read it; of that only a hash is kept."""

    __tablename__: ClassVar[str] = "calendar_feed"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    token_hash: str = Field(unique=True)
    made_at: datetime
