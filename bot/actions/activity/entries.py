"""Ledger rows for display."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.common import row_id
from scoring.vocabulary import Direction, Kind, Outcome, Side
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger row for display. `value` is in minor units."""

    id: int
    kind: Kind
    direction: Direction
    occurred_on: date
    count: int
    title: str
    note: str | None
    medium: str | None
    outcome: Outcome | None
    value: int | None
    recorded_by: str
    recorded_at: datetime

    @classmethod
    def of(cls, row: Activity) -> "Entry":
        return cls(
            id=row_id(row),
            kind=Kind(row.kind),
            direction=Direction(row.direction),
            occurred_on=row.occurred_on,
            count=row.count,
            title=row.title,
            note=row.note,
            medium=row.medium,
            outcome=Outcome(row.outcome) if row.outcome else None,
            value=row.value_minor,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )


@dataclass(frozen=True, slots=True)
class RatingEntry:
    """A trust rating for display."""

    id: int
    side: Side
    level: int
    note: str
