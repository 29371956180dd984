"""Check and import the rows of a trust file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.report import Correction, RejectedRow
from bot.importing.table import Row, RowRejected, Table
from bot.importing.upsert import Match, UpsertTarget, upsert_rows
from scoring.trust import NOBODY
from scoring.vocabulary import Side
from storage.imports.batches import ImportedActivity
from storage.ledger import trust_ratings
from storage.tables import TrustRating


class TrustRow(NamedTuple):
    """A checked row. Without a `rater` it counts until a named person rates. There is no external id: a rating never
    changes, it is only superseded.
    """

    place: int
    partner: str
    level: int
    rated_on: date
    side: str
    rater: str | None
    note: str
    by: str
    external_id: None = None

    def content(self) -> tuple[Any, ...]:
        # The rater as in the file, so that a colleague's import of the same file finds the same rows.
        return self.level, self.rated_on, self.side, self.rater, self.note


def check_rows(table: Table, *, by: str) -> Iterator[TrustRow | RejectedRow]:
    """Return each row's values, or the reason it was rejected."""
    for place, row in enumerate(table):
        try:
            yield _read_row(place, row, by)
        except RowRejected as refused:
            yield refused.row


def _read_row(place: int, row: Row, by: str) -> TrustRow:
    return TrustRow(
        place,
        partner=row.need("partner"),
        level=row.need("level"),
        rated_on=row.need("rated_on"),
        side=row.get("side") or Side.OURS.value,
        rater=row.take("rater"),
        note=row.take("note") or "",
        by=by,
    )


def import_rows(session: Session, job: ImportContext, rows: Sequence[TrustRow]) -> ImportOutcome:
    """Write the ratings."""
    return upsert_rows(
        session, job, rows, UpsertTarget(TrustRating, _columns, trust_ratings.record_many, _update_none, _is_unchanged)
    )


def _columns(rows: Sequence[TrustRow], _today: date) -> dict[str, Sequence[Any]]:
    return {
        "level": [row.level for row in rows],
        "rated_on": [row.rated_on for row in rows],
        "side": [row.side for row in rows],
        "rater": [row.rater or NOBODY for row in rows],
        "note": [row.note for row in rows],
    }


def _update_none(
    _session: Session, _job: ImportContext, _matches: Sequence[Match[TrustRow]], _settled: ImportOutcome
) -> list[Correction]:
    return []


def _is_unchanged(_row: TrustRow, _stored: ImportedActivity) -> bool:
    return True
