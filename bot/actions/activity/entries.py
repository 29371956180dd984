"""Rows of the ledger as people read them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.common import id_of
from scoring.vocabulary import Direction, Kind, Outcome, Side
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger as people read it. `value` is in minor units."""

    id: int
    kind: Kind
    direction: Direction
    occurred_on: date
    count: int
    title: str
    medium: str | None
    outcome: Outcome | None
    value: int | None
    by: str
    at: datetime

    @classmethod
    def of(cls, row: Activity) -> "Entry":
        return cls(
            id=id_of(row),
            kind=Kind(row.kind),
            direction=Direction(row.direction),
            occurred_on=row.occurred_on,
            count=row.count,
            title=row.title,
            medium=row.medium,
            outcome=Outcome(row.outcome) if row.outcome else None,
            value=row.value_minor,
            by=row.recorded_by,
            at=row.recorded_at,
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """A trust rating as people read it."""

    id: int
    side: Side
    level: int
    note: str
