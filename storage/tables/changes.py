"""Which field of what was changed, by whom: the history that people read, and what takes a change back."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import AMENDED


class AuditEntry(Base, table=True):
    """Who changed which field of what, and when. Values are the words a person would read."""

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
    """A row that somebody brought up to date or mended, with what it takes to put it back.

    `subject` is the row's table. `before` and `after` are JSON objects of the columns that changed, empty where what
    was told stood there already. `asked` is what was typed, where that may have meant a row of its own; `another_id` is
    that row, once somebody said so.
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
