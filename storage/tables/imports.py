"""Files that are brought in: what each put in, those on their way, and how their like were read."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in
from storage.tables.enums import IMPORT_STAGES


class ImportBatch(Base, table=True):
    """One import that put something in, so that it can be taken out again as a whole."""

    __tablename__: ClassVar[str] = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    file_name: str
    added: int = 0
    created_at: datetime
    created_by: str
    undone_at: datetime | None = None
    journal: str | None = None  # JSON: what it changed of rows that were there


class StagedImport(Base, table=True):
    """A file that somebody brings in, between their clicks: any process may take the next one. Gone when it is done.

    `state`: it is being read, waits for its owner, is being imported, or is in and has still to be told.
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
    """What was chosen for a file with certain headers, for the next such file."""

    __tablename__: ClassVar[str] = "remembered_columns"
    __table_args__ = (UniqueConstraint("workspace_id", "headers"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    headers: str  # a hash of them
    choices: str
    kept_at: datetime
