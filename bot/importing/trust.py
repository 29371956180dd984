"""Rows of a trust file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.importing.job import Job, Settled
from bot.importing.layout import Row
from bot.importing.ledger_rows import Target, settle
from scoring.words import Side
from storage import trust
from storage.tables import TrustRating


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A checked row; without a `rater` it is the importer's own rating."""

    source: Row
    partner: str
    level: int
    rated_on: date
    side: str
    rater: str | None
    note: str
    by: str

    @property
    def external_id(self) -> None:
        """Ratings have none: one is never changed, only followed by another."""
        return None

    def columns(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "rated_on": self.rated_on,
            "side": self.side,
            "rater": self.rater or self.by,
            "note": self.note,
        }

    def content(self) -> tuple[Any, ...]:
        # The rater as the file has it: when a colleague imports the same file, its rows are the same.
        return self.level, self.rated_on, self.side, self.rater, self.note


def check(row: Row, *, by: str) -> TrustRow:
    """A raw row's values. Raises `Refused` for the first that can't be taken."""
    return TrustRow(
        source=row,
        partner=row.need("partner"),
        level=row.need("level"),
        rated_on=row.need("rated_on"),
        side=row.get("side") or Side.OURS.value,
        rater=row.get("rater"),
        note=row.get("note") or "",
        by=by,
    )


def put_in(session: Session, job: Job, rows: Sequence[TrustRow]) -> Settled:
    """Bring the ratings in."""
    return settle(session, job, rows, Target(TrustRating, trust.rate_many, _nothing_to_renew))


def _nothing_to_renew(_session: Session, _job: Job, _rows: Mapping[str, TrustRow]) -> int:
    return 0
