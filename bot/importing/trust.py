"""Rows of a trust file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.importing.context import Job, Settled
from bot.importing.report import BadRow
from bot.importing.table import Refused, Row, Table
from bot.importing.upsert import Target, settle
from scoring.vocabulary import Side
from storage.ledger import trust_ratings
from storage.tables import TrustRating


class TrustRow(NamedTuple):
    """A checked row; without a `rater` it is the importer's own rating. None has an external id: a rating is never
    changed, only followed by another."""

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
        # The rater as the file has it: when a colleague imports the same file, its rows are the same.
        return self.level, self.rated_on, self.side, self.rater, self.note


def check(table: Table, *, by: str) -> Iterator[TrustRow | BadRow]:
    """Every row's values, or why they can't be taken."""
    for place, row in enumerate(table):
        try:
            yield _checked(place, row, by)
        except Refused as refused:
            yield refused.row


def _checked(place: int, row: Row, by: str) -> TrustRow:
    return TrustRow(
        place,
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
    return settle(session, job, rows, Target(TrustRating, _columns, trust_ratings.rate_many, _nothing_to_renew))


def _columns(rows: Sequence[TrustRow]) -> dict[str, Sequence[Any]]:
    return {
        "level": [row.level for row in rows],
        "rated_on": [row.rated_on for row in rows],
        "side": [row.side for row in rows],
        "rater": [row.rater or row.by for row in rows],
        "note": [row.note for row in rows],
    }


def _nothing_to_renew(_session: Session, _job: Job, _rows: Mapping[str, TrustRow]) -> int:
    return 0
