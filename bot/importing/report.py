"""The report of an import."""

from collections import Counter
from dataclasses import dataclass

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
class Report:
    """The counts of one import: `rows = added + known + updated + left_out + len(bad)`, unless `refused`.

    `partners_added` counts partners created by activity or trust rows. In a dry run all counts are hypothetical.
    `left_out` counts rows whose name a person left out or has yet to decide on (`doubts`, imports in Slack only).
    `refused`: a strict import found a bad row and wrote nothing.
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
        """Count the bad rows per short reason."""
        return Counter(row.short or row.reason for row in self.bad)
