"""The ledger by the day: what leaves the twelve months and what comes into them, what is planned, and when there was
contact."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import FunctionElement, Select, String, bindparam, case, cast, false, func, select, true
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session

from storage.db import statements
from storage.ledger.activities import COUNTING
from storage.ledger.partner_totals import Window, of_partners
from storage.tables import Activity

Line = TypeVar("Line")
Make = Callable[[date, str, str, int], Line]
_ROW = statements.table_of(Activity).c


class _AsText(FunctionElement[str]):
    """A day as `2026-11-24`, whatever a server is set to."""

    type = String()
    inherit_cache = True


@compiles(_AsText)
def _kept_so(element: Any, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))  # as SQLite keeps days anyway


@compiles(_AsText, "postgresql")
def _to_char(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kwargs)}, 'YYYY-MM-DD')"


def dated(
    session: Session,
    *,
    workspace_id: int,
    spans: Iterable[Window],
    make: Make[Line],
    partner_ids: Collection[int] | None = None,
) -> dict[int, list[Line]]:
    """For each partner all that counts in any of the spans `(after, until]`, one line a row, in no order.

    `make` makes a line of a day, kind, direction and count. Rows that are alike in these share one, so it has to be
    a value. They come as one text a partner: of ten thousand partners that is three times as fast as row by row.
    """
    known: dict[str, Line] = {}
    found: dict[int, list[Line]] = {}
    for after, until in spans:
        asked = _asked(workspace_id, after, until, partner_ids)
        for partner, text in statements.ask(session, _dated(statements.Of.these(partner_ids)), asked).all():
            lines = found.setdefault(partner, [])
            for row in text.split(","):
                if (line := known.get(row)) is None:
                    line = known[row] = make(*_read(row))
                lines.append(line)
    return found


def _read(row: str) -> tuple[date, str, str, int]:
    day, kind, way, number = row.split(" ")
    return date.fromisoformat(day), kind, way, int(number)


def planned(
    session: Session,
    *,
    workspace_id: int,
    today: date,
    until: date,
    known_at: datetime,
    make: Make[Line],
    partner_ids: Collection[int] | None = None,
) -> dict[int, list[Line]]:
    """The same for the days in `(today, until]`, of what had been recorded by `known_at`.

    A row of a later day that nobody knew of then is no plan, but news.
    """
    asked = _asked(workspace_id, today, until, partner_ids) | {"known_at": known_at}
    found: dict[int, list[Line]] = {}
    for partner, *row in statements.ask(session, _planned(statements.Of.these(partner_ids)), asked):
        found.setdefault(partner, []).append(make(*row))
    return found


def by_spans(
    session: Session, *, workspace_id: int, edges: Sequence[date], ways: Collection[str]
) -> dict[int, list[int]]:
    """For each partner the sums of all that counts in some directions, in the span from each of the days to the next.

    `edges` rise; a span is without its first day and with its last. Whoever did nothing between the first and the last
    is left out.
    """
    spans = [
        (edges[place] + timedelta(days), place)
        for place in range(len(edges) - 1)
        for days in range(1, (edges[place + 1] - edges[place]).days + 1)
    ]
    place_of = {day.isoformat(): place for day, place in spans}
    asked = _asked(workspace_id, edges[0], edges[-1], None) | {"ways": list(ways)}
    found: dict[int, list[int]] = {}
    for partner, days, counts in statements.ask(session, _daily(), asked).all():
        sums = found[partner] = [0] * (len(edges) - 1)
        for day, number in zip(days.split(","), counts.split(","), strict=True):
            sums[place_of[day]] += int(number)
    return found


def touch_days(
    session: Session, *, workspace_id: int, after: date, until: date, partner_ids: Collection[int] | None = None
) -> dict[int, list[date]]:
    """For each partner the days in `(after, until]` with any activity that stands; a day may come several times."""
    touches = _touches(statements.Of.these(partner_ids))
    found: dict[int, list[date]] = {}
    for partner, on in statements.ask(session, touches, _asked(workspace_id, after, until, partner_ids)).all():
        found.setdefault(partner, []).append(on)
    return found


def _asked(workspace_id: int, after: date, until: date, partner_ids: Collection[int] | None) -> dict[str, Any]:
    return {"workspace": workspace_id, "after": after, "until": until} | statements.named(partner_ids)


# Rows of a workspace that stand, of the days that are asked.
_STANDING = (
    _ROW.workspace_id == bindparam("workspace"),
    _ROW.voided_at.is_(None),
    _ROW.occurred_on > bindparam("after"),
    _ROW.occurred_on <= bindparam("until"),
)


@lru_cache
def _dated(of: statements.Of) -> Select[*tuple[Any, ...]]:
    row = _AsText(_ROW.occurred_on) + " " + _ROW.kind + " " + _ROW.direction + " " + cast(_ROW["count"], String)
    query = select(_ROW.partner_id, func.aggregate_strings(row, ",")).where(*_STANDING, _ROW.kind.in_(COUNTING))
    return of_partners(query.group_by(_ROW.partner_id), _ROW.partner_id, of)


@lru_cache
def _planned(of: statements.Of) -> Select[*tuple[Any, ...]]:
    query = select(_ROW.partner_id, _ROW.occurred_on, _ROW.kind, _ROW.direction, _ROW["count"]).where(
        # Few rows are of a later day, and most were recorded by now: they are to be found by the day. Said like this,
        # SQLite can't look for them by the other.
        *_STANDING,
        _ROW.kind.in_(COUNTING),
        case((_ROW.recorded_at <= bindparam("known_at"), true()), else_=false()),
    )
    return of.narrow(query, _ROW.partner_id)


@lru_cache
def _daily() -> Select[*tuple[Any, ...]]:
    days = func.aggregate_strings(_AsText(_ROW.occurred_on), ",")
    counts = func.aggregate_strings(cast(_ROW["count"], String), ",")
    seen = _ROW.kind.in_(COUNTING), _ROW.direction.in_(bindparam("ways", expanding=True))
    query = select(_ROW.partner_id, days, counts).where(*_STANDING, *seen).group_by(_ROW.partner_id)
    return of_partners(query, _ROW.partner_id, statements.Of.ALL)


@lru_cache
def _touches(of: statements.Of) -> Select[*tuple[Any, ...]]:
    return of_partners(select(_ROW.partner_id, _ROW.occurred_on).where(*_STANDING), _ROW.partner_id, of)
