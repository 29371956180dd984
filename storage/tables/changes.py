"""Which field of what was changed, by whom: the history that people read."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import Stored


class Change(Stored, table=True):
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
