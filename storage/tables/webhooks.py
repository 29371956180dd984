"""Webhooks: where events of a workspace are sent, and which still have to be."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in
from storage.tables.enums import WEBHOOK_STATES


class WebhookEndpoint(Base, table=True):
    """Where another program takes events. `sealed` is its address and its secret, encrypted; `host` is for people.

    `events` are the types it gets, parted by spaces. Who sends to it has it until `leased_until`, and nobody else does
    meanwhile. `failures` counts those since something was last delivered, `problem` says what the last one was. It is
    paused while `paused_at` is set, by a person or by Tend, and gone when `removed_at` is.
    """

    __tablename__: ClassVar[str] = "webhook_endpoint"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    host: str
    sealed: str
    events: str
    made_at: datetime
    made_by: str
    leased_until: datetime | None = None
    delivered_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    paused_at: datetime | None = None
    paused_by: str | None = None
    removed_at: datetime | None = None


class WebhookDelivery(Base, table=True):
    """An event for one endpoint: to be sent at `due_at`, delivered, or given up (`dead`).

    Those of one `lane`, which is a partner's id, go out in the order of their ids. It has no foreign key, as what
    happened outlasts merges. `body` is what is sent, and empty once it was delivered.
    """

    __tablename__: ClassVar[str] = "webhook_delivery"
    __table_args__ = (
        check_in("state", WEBHOOK_STATES),
        ForeignKeyConstraint(["workspace_id", "endpoint_id"], ["webhook_endpoint.workspace_id", "webhook_endpoint.id"]),
        UniqueConstraint("endpoint_id", "message_id"),
        Index(None, "workspace_id", "endpoint_id", "state", "due_at"),
        Index(None, "workspace_id", "endpoint_id", "lane", "state"),
        Index(None, "made_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    endpoint_id: int
    message_id: str
    event: str
    lane: int | None = None
    body: str
    made_at: datetime
    due_at: datetime
    state: str = "pending"
    attempts: int = 0
    problem: str | None = None
    ended_at: datetime | None = None


class WebhookWatch(Base, table=True):
    """What was last known of a workspace's partners, to tell when that changes: JSON, and a number that goes up."""

    __tablename__: ClassVar[str] = "webhook_watch"
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", unique=True)
    known: str
    version: int = 1
