"""What an import tells of itself."""

from collections import Counter
from dataclasses import dataclass

from bot.importing.name_matching import NameDoubt


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that stayed out. `line` is where it begins, `column` the header as it stands in the file.

    `short` is the reason without the words that differ from row to row, where there are such.
    """

    line: int
    reason: str
    column: str | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One import in figures: `rows = added + known + updated + left_out + len(bad)`, unless `refused`.

    `partners_added` are those that rows of another kind brought along. In a dry run the figures are
    what would have been. `left_out` are the rows of names that somebody left out, or has still to decide on: `doubts`,
    which only an import in Slack has. `refused`: a strict import met a bad row, and put nothing in.
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

    def reasons(self) -> Counter[str]:
        """How often each short reason stands among the bad rows."""
        return Counter(row.short or row.reason for row in self.bad)
