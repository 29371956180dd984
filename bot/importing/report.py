"""The report of an import."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.formatting import format_day
from bot.importing.name_matching import NameDoubt


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row. `line` is where it begins; `column` is the header as in the file.

    `short` is the reason without the parts that differ from row to row.
    """

    line: int
    reason: str
    column: str | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A known row that is another thing now where it is kept: field, old and new for each change."""

    line: int
    name: str
    changes: tuple[tuple[str, str | None, str], ...]


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """A field of a known row that stays as a person edited it, although the file has another value."""

    line: int
    name: str
    field: str
    value: str
    by: str
    on: date

    def __str__(self) -> str:
        return f"{self.field} stays {self.value}, kept: edited by {self.by} on {format_day(self.on)}"


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of one import: `rows = added + known + updated + left_out + len(bad)`, unless `refused`.

    `partners_added` counts partners created by activity or trust rows. In a dry run all counts are hypothetical.
    `left_out` counts rows whose name a person left out or has yet to decide on (`doubts`, imports in Slack only).
    `refused`: a strict import found a bad row and wrote nothing. `corrections` are the updated rows of the ledger.
    `lost_cells`: cells that could not be read, and so were left out of rows that went in. `notes`: how often what was
    understood as what. `kept`: what people edited since, which the file does not revert.
    """

    kind: str
    rows: int
    added: int
    known: int
    updated: int
    partners_added: int
    bad: tuple[RejectedRow, ...]
    batch_id: int | None
    dry_run: bool
    refused: bool = False
    ignored_columns: tuple[str, ...] = ()
    left_out: int = 0
    doubts: tuple[NameDoubt, ...] = ()
    corrections: tuple[Correction, ...] = ()
    lost_cells: tuple[RejectedRow, ...] = ()
    notes: tuple[tuple[str, int], ...] = ()
    kept: tuple[KeptEdit, ...] = ()

    @property
    def taken(self) -> int:
        """How many rows go in: new ones, and those that change what is there."""
        return self.added + self.updated

    @property
    def staying_out(self) -> int:
        """How many rows stay out, because they can't be taken or nobody has decided on their name."""
        return self.left_out + len(self.bad)

    def reasons(self) -> Counter[str]:
        """Count the bad rows per short reason."""
        return Counter(row.short or row.reason for row in self.bad)
