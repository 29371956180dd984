"""The audit log that people read, and amendments that can be undone."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import AMENDED


class AuditEntry(Base, table=True):
    """Who changed which field of what, and when. Values are as a person would read them."""

    __tablename__: ClassVar[str] = "change"
    __table_args__ = (Index(None, "workspace_id", "subject", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    subject: str
    subject_id: int
    field: str
    old: str | None = None
    new: str | None = None
    changed_at: datetime
    changed_by: str


class Amendment(Base, table=True):
    """An update or correction of a row, with what is needed to undo it.

    `subject` is the row's table. `before` and `after` are JSON objects of the changed columns, empty if nothing
    changed. `asked` is what was typed, if it may have meant a row of its own; `another_id` is that row, once confirmed.
    """

    __tablename__: ClassVar[str] = "amendment"
    __table_args__ = (
        check_in("subject", AMENDED),
        partner_key(),
        ForeignKeyConstraint(["another_id"], ["activity.id"]),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "workspace_id", "subject", "subject_id"),
        Index(None, "workspace_id", "amended_by", "amended_at"),
        Index(None, "another_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    subject: str
    subject_id: int
    before: str
    after: str
    asked: str | None = None
    amended_at: datetime
    amended_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    another_id: int | None = None
