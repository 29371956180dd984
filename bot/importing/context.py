"""The context and the outcome of one import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from sqlmodel import Session

from bot.importing.cells import ParseContext
from bot.importing.name_matching import NameAnswers, NameDoubt
from bot.importing.report import Correction, KeptEdit, RejectedRow
from bot.importing.table import Table
from storage.imports import batches
from storage.imports.rollback import ImportJournal


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Who imports what, and when. `file_name` has no folder; `table` is the file's content.

    `source` is the system that the file's ids belong to. A dry run counts rows and writes nothing.
    `member_names` are those of people in Slack, by user id. `names` holds the answers about unknown names, or None if
    nobody can be asked. `journal` records changes to existing rows.
    """

    workspace_id: int
    kind: str
    file_name: str
    by: str
    now: datetime
    about: ParseContext
    create_partners: bool
    table: Table
    source: str
    zone: tzinfo = UTC
    member_names: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    names: NameAnswers | None = None
    journal: ImportJournal = field(default_factory=ImportJournal)

    def member_name(self, user_id: str) -> str:
        """Return the name of a person in Slack, or "someone" if Tend has not met them."""
        return self.member_names.get(user_id) or "someone"

    def start_batch(self, session: Session, *, added: int) -> int:
        """Create the batch for the rows that this import adds, and return its id."""
        batch = batches.start_batch(
            session,
            workspace_id=self.workspace_id,
            kind=self.kind,
            file_name=self.file_name,
            by=self.by,
            now=self.now,
        )
        batch.added = added
        assert batch.id is not None  # set by the flush
        return batch.id


@dataclass(slots=True)
class ImportOutcome:
    """The result for each readable row: added, known, updated or bad."""

    added: int = 0
    known: int = 0
    updated: int = 0
    partners_added: int = 0
    batch_id: int | None = None
    bad: list[RejectedRow] = field(default_factory=list)
    left_out: int = 0
    doubts: dict[str, NameDoubt] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    kept: list[KeptEdit] = field(default_factory=list)
