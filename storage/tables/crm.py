"""The connection of a workspace to its CRM."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base


class CrmConnection(Base, table=True):
    """A CRM that a workspace reads. `sealed` is how to get in, encrypted; it is stored nowhere else.

    `options` and `fields_to_write` are JSON: which companies are partners, and into which fields Tend writes. Only what
    a steward has confirmed is read on a schedule, at `due_at`; who reads it moves that ahead first, so that nobody else
    does, and sets `leased_at` until they are done. All that changed before `cursor_at` was imported; `full_at` is when
    everything was last read. `problem` says why the last `failures` readings failed, `write_problem` why the last
    writing did. `report` is the JSON of what the last reading did.
    """

    __tablename__: ClassVar[str] = "crm_connection"
    __table_args__ = (UniqueConstraint("workspace_id", "system"), Index(None, "due_at"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    system: str = Field(max_length=16)
    sealed: str
    options: str
    fields_to_write: str
    added_by: str
    added_at: datetime
    due_at: datetime
    previewed_at: datetime | None = None
    confirmed_at: datetime | None = None
    leased_at: datetime | None = None
    cursor_at: datetime | None = None
    full_at: datetime | None = None
    read_at: datetime | None = None
    written_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    write_problem: str | None = None
    report: str | None = None
