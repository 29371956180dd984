"""Imports: batches, staged files, and remembered choices."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in
from storage.tables.enums import IMPORT_STAGES


class ImportBatch(Base, table=True):
    """An import that wrote rows, which can be undone as a whole."""

    __tablename__: ClassVar[str] = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    file_name: str
    added: int = 0
    created_at: datetime
    created_by: str
    undone_at: datetime | None = None
    journal: str | None = None  # JSON: its changes to existing rows


class StagedImport(Base, table=True):
    """A file between the clicks of its importer. Any process may handle the next click. Deleted when done.

    `state`: being read, waiting for its owner, being imported, or imported with the result still to be posted.
    """

    __tablename__: ClassVar[str] = "staged_import"
    __table_args__ = (check_in("state", IMPORT_STAGES),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    created_by: str
    created_at: datetime
    touched_at: datetime  # when somebody last worked on it
    state: str
    file_id: str
    file_name: str
    content: bytes | None = None
    choices: str = ""  # JSON: kind, columns, words and names, as chosen so far
    report: str = ""  # JSON: what was found or done
    channel: str = ""
    message_ts: str = ""


class RememberedColumns(Base, table=True):
    """The choices for files with certain headers, for the next such file."""

    __tablename__: ClassVar[str] = "remembered_columns"
    __table_args__ = (UniqueConstraint("workspace_id", "headers"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    headers: str  # a hash of them
    choices: str
    kept_at: datetime
