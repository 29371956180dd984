"""One import, as those who write to the database see it, and what they made of it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.importing.cells import ParseContext
from bot.importing.name_matching import NameAnswers, NameDoubt
from bot.importing.report import RejectedRow
from bot.importing.table import Table
from storage.imports import batches
from storage.imports.rollback import ImportJournal


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Who imports what, and when. `file_name` has no folder, `table` is what stands in the file.

    In a dry run nothing has to be written, only to be counted.
    `names` is what was answered about unknown names, None where nobody can be asked; `journal` is what the import
    changes of rows that were there.
    """

    workspace_id: int
    kind: str
    file_name: str
    by: str
    now: datetime
    about: ParseContext
    create_partners: bool
    table: Table
    dry_run: bool = False
    names: NameAnswers | None = None
    journal: ImportJournal = field(default_factory=ImportJournal)

    def start_batch(self, session: Session, *, added: int) -> int:
        """The id of the batch that holds what this import adds."""
        batch = batches.start_batch(
            session,
            workspace_id=self.workspace_id,
            kind=self.kind,
            file_name=self.file_name,
            by=self.by,
            now=self.now,
        )
        batch.added = added
        assert batch.id is not None  # flushed
        return batch.id


@dataclass(slots=True)
class ImportOutcome:
    """What came of the rows that could be read: each is added, known, updated or bad."""

    added: int = 0
    known: int = 0
    updated: int = 0
    partners_added: int = 0
    batch_id: int | None = None
    bad: list[RejectedRow] = field(default_factory=list)
    left_out: int = 0
    doubts: dict[str, NameDoubt] = field(default_factory=dict)
