"""Access for other programs: API tokens, idempotency keys and calendar feeds."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, true
from sqlmodel import Field

from storage.tables.base import Base


class Integration(Base, table=True):
    """Another program that uses the API, identified by its token.

    Only a hash of the token is kept, and its first characters (`prefix`) so that people can tell tokens apart.
    `minute_at` and `minute_count` are the minute of the last request, and the number of requests in it.
    `reads_scores`: it may read what judges a partner; one that may not can only record, and see names.
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
    reads_scores: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class IdempotencyKey(Base, table=True):
    """The response to a request with an idempotency key. Without a `status` the request is still in progress.

    `fingerprint` identifies the request without containing any of it.
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
    """A person's private calendar. Anyone with its address can read it; only a hash of the address is kept."""

    __tablename__: ClassVar[str] = "calendar_feed"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    token_hash: str = Field(unique=True)
    made_at: datetime
