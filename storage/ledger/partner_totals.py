"""The ledger summed: what was done with whom in a window, what was won there, and when they were last spoken to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FunctionElement, Select, bindparam, case, func, true
from sqlalchemy import select as select_columns
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session, col

from storage.db import statements
from storage.ledger.activities import COUNTING, OVERHEARD
from storage.tables import Activity, Partner

KEYS = tuple((kind, way) for kind in COUNTING for way in ("in", "out", "joint"))
Window = tuple[date, date]
_ROW, _PARTNER = statements.table_of(Activity).c, statements.table_of(Partner).c


@dataclass(slots=True)
class Sums:
    """One partner's ledger by a day: sums of `count` for each window asked, and its first and last day.

    `windows[i]` maps (kind, direction) to the sum in the i-th window; kinds that count only.
    """

    windows: tuple[dict[tuple[str, str], int], ...]
    first_on: date | None = None
    last_touch_on: tuple[date | None, ...] = ()
    won_minor: list[int] = field(default_factory=list)
    wins: list[int] = field(default_factory=list)


def sums(
    session: Session,
    *,
    workspace_id: int,
    windows: Sequence[Window],
    summed: int | None = None,
    partner_ids: Collection[int] | None = None,
) -> dict[int, Sums]:
    """For each partner with rows: its sums in each window `(after, until]`, money won `in` there and how
    often (minor units, by the day it was won), its first day ever, and its last touch by each window's end.

    With `summed`, what was done is told of the first so many windows only.
    """
    count, of = len(windows), statements.Of.these(partner_ids)
    summed = count if summed is None else summed
    asked = _asked(workspace_id, windows, summed, partner_ids)
    found: dict[int, Sums] = {}
    for partner, first, *lasts in statements.ask(session, _edges(count, of), asked).all():
        if first is not None:
            found[partner] = Sums(tuple({} for _ in range(summed)), first, tuple(lasts), [0] * count, [0] * count)
    if of is not statements.Of.ALL and summed:
        for its, (kind, way, *each) in _each_of(found, statements.ask(session, _in_rows(summed, of), asked)):
            for into, number in zip(its.windows, each, strict=True):
                if number and kind in COUNTING:
                    into[kind, way] = number
    elif summed:
        for its, numbers in _each_of(found, statements.ask(session, _pivot(summed), asked).all()):
            its.windows = tuple(
                {key: number for key, number in zip(KEYS, numbers[place : place + len(KEYS)], strict=True) if number}
                for place in range(0, summed * len(KEYS), len(KEYS))
            )
    for its, won in _each_of(found, statements.ask(session, _won(count, of), asked).all()):
        its.won_minor = [int(value or 0) for value in won[:count]]
        its.wins = list(won[count:])
    return found


def _each_of(found: dict[int, Sums], rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Sums, Sequence[Any]]]:
    """The rest of each row, with the sums of the partner that it begins with.

    On PostgreSQL a transaction that writes sees what others commit between two statements: a partner whose first row
    comes in between has none yet.
    """
    for partner, *rest in rows:
        if (its := found.get(partner)) is not None:
            yield its, rest


def no_sums(windows: int, summed: int | None = None) -> Sums:
    """The sums of a partner without a row."""
    nothing: tuple[dict[tuple[str, str], int], ...] = tuple({} for _ in range(windows if summed is None else summed))
    return Sums(nothing, None, (None,) * windows, [0] * windows, [0] * windows)


def _asked(
    workspace_id: int, windows: Sequence[Window], summed: int, partner_ids: Collection[int] | None
) -> dict[str, Any]:
    """The values of the statements below."""
    asked: dict[str, Any] = {"workspace": workspace_id} | statements.named(partner_ids)
    if summed:
        asked["first"] = min(after for after, _ in windows[:summed])
        asked["last"] = max(until for _, until in windows[:summed])
    for place, (after, until) in enumerate(windows):
        asked |= {f"after_{place}": after, f"until_{place}": until}
    return asked


def _inside(day: Any, count: int) -> list[ColumnElement[bool]]:
    return [(day > bindparam(f"after_{place}")) & (day <= bindparam(f"until_{place}")) for place in range(count)]


class _OneByOne(FunctionElement[Any]):
    """What is true of every row anyway, said for SQLite only. It has no type: of a boolean SQLite would be asked
    whether it is 1, and take another way."""

    inherit_cache = True


@compiles(_OneByOne)
def _said(element: Any, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))


@compiles(_OneByOne, "postgresql")
def _left_out(_element: Any, _compiler: Any, **_kwargs: Any) -> str:
    return "true"


def of_partners(
    query: Select[*statements.Columns], partner_id: ColumnElement[Any], of: statements.Of
) -> Select[*statements.Columns]:
    """A query for some partners, or for all of the workspace. These are named one by one, too: so SQLite goes from one
    partner to the next along the index that holds all it needs, and to the days that are asked, whether it knows its
    tables or not."""
    if of is not statements.Of.ALL:
        return of.narrow(query, partner_id)
    every = select_columns(_PARTNER.id).where(_PARTNER.workspace_id == bindparam("workspace"))
    return query.where(_OneByOne(partner_id.in_(every)))


# To put these statements together takes longer than to run them for one partner: they are kept, by their shape.
@lru_cache
def _edges(count: int, of: statements.Of) -> Select[*tuple[Any, ...]]:
    """For each partner its first day, and the last one by each window's end: looked up, not read through."""
    its = (_ROW.workspace_id == _PARTNER.workspace_id, _ROW.partner_id == _PARTNER.id, _ROW.voided_at.is_(None))
    first = select_columns(func.min(_ROW.occurred_on)).where(*its).scalar_subquery()
    ends = [_ROW.occurred_on <= bindparam(f"until_{place}") for place in range(count)]
    lasts = [select_columns(func.max(_ROW.occurred_on)).where(*its, by).scalar_subquery() for by in ends]
    query = select_columns(_PARTNER.id, first, *lasts).where(_PARTNER.workspace_id == bindparam("workspace"))
    return of.narrow(query, _PARTNER.id)


@lru_cache
def _in_rows(count: int, of: statements.Of) -> Select[*tuple[Any, ...]]:
    """For a few partners one row a kind and direction, with the sum of `count` for each window: shorter than `_pivot`,
    which takes longer to ask than to answer for one."""
    summed = [func.sum(_ROW["count"]).filter(here) for here in _inside(_ROW.occurred_on, count)]
    group = (_ROW.partner_id, _ROW.kind, _ROW.direction)
    query = (
        select_columns(*group, *summed)
        .where(
            _ROW.workspace_id == bindparam("workspace"),
            _ROW.voided_at.is_(None),
            _ROW.occurred_on > bindparam("first"),
            _ROW.occurred_on <= bindparam("last"),
        )
        .group_by(*group)
    )
    return of.narrow(query, _ROW.partner_id)


@lru_cache
def _pivot(count: int) -> Select[*tuple[Any, ...]]:
    """For each partner the sum of `count` for each window, kind and direction, in the order of `KEYS`."""
    inside = _inside(_ROW.occurred_on, count) if count > 1 else [true()]
    summed = [
        func.sum(_ROW["count"]).filter((_ROW.kind == kind) & (_ROW.direction == way) & here)
        for here in inside
        for kind, way in KEYS
    ]
    query = (
        select_columns(_ROW.partner_id, *summed)
        .where(
            _ROW.workspace_id == bindparam("workspace"),
            _ROW.voided_at.is_(None),
            _ROW.occurred_on > bindparam("first"),
            _ROW.occurred_on <= bindparam("last"),
        )
        .group_by(_ROW.partner_id)
    )
    return of_partners(query, _ROW.partner_id, statements.Of.ALL)


@lru_cache
def _won(count: int, of: statements.Of) -> Select[*tuple[Any, ...]]:
    """For each partner the money won in each window, then how often."""
    inside = _inside(_ROW.outcome_on, count)
    won = [func.sum(case((here, _ROW.value_minor), else_=0)) for here in inside]
    wins = [func.sum(case((here, 1), else_=0)) for here in inside]
    query = (
        select_columns(_ROW.partner_id, *won, *wins)
        .where(
            _ROW.workspace_id == bindparam("workspace"),
            _ROW.voided_at.is_(None),
            _ROW.outcome == "won",
            _ROW.direction == "in",
        )
        .group_by(_ROW.partner_id)
    )
    return of.narrow(query, _ROW.partner_id)


def touches(session: Session, *, workspace_id: int, after: date, until: date) -> dict[int, dict[str, int]]:
    """For each partner: how many touches of any kind there were in `(after, until]`, by direction.

    Writing in a linked channel takes no hour, and is left out.
    """
    group = (col(Activity.partner_id), col(Activity.direction))
    query = (
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.occurred_on) > after,
            col(Activity.occurred_on) <= until,
            col(Activity.recorded_by) != OVERHEARD,
        )
        .group_by(*group)
    )
    found: dict[int, dict[str, int]] = {}
    for partner, direction, number in session.execute(query):
        found.setdefault(partner, {})[direction] = int(number)
    return found
