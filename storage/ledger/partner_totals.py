"""Ledger totals per partner: activities and value won per window, and the last contact."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FunctionElement, Select, bindparam, func, true
from sqlalchemy import select as select_columns
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session, col

from storage.db import statements
from storage.ledger.activities import AUTOMATIC, COUNTING_KINDS, REFERRALS, TOUCHES
from storage.tables import Activity, Partner

KIND_DIRECTIONS = tuple((kind, way) for kind in COUNTING_KINDS for way in ("in", "out", "joint"))
Window = tuple[date, date]
_ROW, _PARTNER = statements.table_of(Activity).c, statements.table_of(Partner).c


@dataclass(slots=True)
class PartnerSums:
    """One partner's totals: sums of `count` per window, the first day of a counting activity, and the last touch of any
    kind.

    `windows[i]` maps (kind, direction) to the sum in the i-th window, for counting kinds only. `failed[i]` is how many
    of their referrals in that window were declined or lost by its end.
    """

    windows: tuple[dict[tuple[str, str], int], ...]
    first_on: date | None = None
    last_touch_on: tuple[date | None, ...] = ()
    won_minor: list[int] = field(default_factory=list)
    wins: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def load_sums(
    session: Session,
    *,
    workspace_id: int,
    windows: Sequence[Window],
    summed: int | None = None,
    partner_ids: Collection[int] | None = None,
) -> dict[int, PartnerSums]:
    """Return for each partner with rows, per window `(after, until]`: its sums, money won `in` and how often (minor
    units, by the day it was won), and how many referrals `in` failed. Also its first counting day ever, and its last
    touch by each window's end.

    With `summed`, activity sums cover only that many windows from the first.
    """
    count, partner_filter = len(windows), statements.PartnerFilter.for_ids(partner_ids)
    summed = count if summed is None else summed
    values = _bind_values(workspace_id, windows, summed, partner_ids)
    sums_by_partner: dict[int, PartnerSums] = {}
    for partner, first, *lasts in statements.execute(
        session, _first_and_last_query(count, partner_filter), values
    ).all():
        if first is not None or any(lasts):
            nothing: tuple[dict[tuple[str, str], int], ...] = tuple({} for _ in range(summed))
            sums_by_partner[partner] = PartnerSums(nothing, first, tuple(lasts), *([0] * count for _ in range(3)))
    if partner_filter is not statements.PartnerFilter.ALL and summed:
        for sums, (kind, direction, *each) in _pair_with_sums(
            sums_by_partner, statements.execute(session, _few_partners_query(summed, partner_filter), values)
        ):
            for into, number in zip(sums.windows, each, strict=True):
                if number and kind in COUNTING_KINDS:
                    into[kind, direction] = number
    elif summed:
        for sums, numbers in _pair_with_sums(
            sums_by_partner, statements.execute(session, _pivot_query(summed), values).all()
        ):
            sums.windows = tuple(
                {
                    key: number
                    for key, number in zip(KIND_DIRECTIONS, numbers[place : place + len(KIND_DIRECTIONS)], strict=True)
                    if number
                }
                for place in range(0, summed * len(KIND_DIRECTIONS), len(KIND_DIRECTIONS))
            )
    for sums, (outcome, *numbers) in _pair_with_sums(
        sums_by_partner, statements.execute(session, _outcomes_query(count, partner_filter), values).all()
    ):
        won, wins, failed = ([int(number or 0) for number in numbers[place::3]] for place in range(3))
        if outcome == "won":
            sums.won_minor, sums.wins = won, wins
        else:
            sums.failed = [before + number for before, number in zip(sums.failed, failed, strict=True)]
    return sums_by_partner


def _pair_with_sums(
    sums_by_partner: dict[int, PartnerSums], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[PartnerSums, Sequence[Any]]]:
    """Yield the totals of the partner that each row begins with, and the rest of the row.

    A write transaction on PostgreSQL sees commits between two statements, so a partner may have got its first row
    since. Such rows are skipped.
    """
    for partner, *rest in rows:
        if (sums := sums_by_partner.get(partner)) is not None:
            yield sums, rest


def empty_sums(windows: int, summed: int | None = None) -> PartnerSums:
    """Return the totals of a partner without rows."""
    nothing: tuple[dict[tuple[str, str], int], ...] = tuple({} for _ in range(windows if summed is None else summed))
    return PartnerSums(nothing, None, (None,) * windows, *([0] * windows for _ in range(3)))


def _bind_values(
    workspace_id: int, windows: Sequence[Window], summed: int, partner_ids: Collection[int] | None
) -> dict[str, Any]:
    """Return the bind values of the statements below."""
    values: dict[str, Any] = {"workspace": workspace_id} | statements.filter_values(partner_ids)
    if summed:
        values["first"] = min(after for after, _ in windows[:summed])
        values["last"] = max(until for _, until in windows[:summed])
    for place, (after, until) in enumerate(windows):
        values |= {f"after_{place}": after, f"until_{place}": until}
    return values


def _window_conditions(day: Any, count: int) -> list[ColumnElement[bool]]:
    return [(day > bindparam(f"after_{place}")) & (day <= bindparam(f"until_{place}")) for place in range(count)]


class _SqliteHint(FunctionElement[Any]):
    """A condition that is always true, emitted for SQLite only. It has no type: SQLite would compare a boolean with 1
    and choose another plan.
    """

    inherit_cache = True


@compiles(_SqliteHint)
def _compile_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))


@compiles(_SqliteHint, "postgresql")
def _compile_default(_element: Any, _compiler: Any, **_kwargs: Any) -> str:
    return "true"


def filter_partners(
    query: Select[*statements.Columns], partner_id: ColumnElement[Any], of: statements.PartnerFilter
) -> Select[*statements.Columns]:
    """Restrict a query to some partners, or to all of the workspace. Even all partners are listed by id, so that SQLite
    walks the covering index partner by partner and seeks the days, with or without table statistics.
    """
    if of is not statements.PartnerFilter.ALL:
        return of.apply(query, partner_id)
    every = select_columns(_PARTNER.id).where(_PARTNER.workspace_id == bindparam("workspace"))
    return query.where(_SqliteHint(partner_id.in_(every)))


# Building these statements takes longer than running them for one partner, so they are cached by shape.
@lru_cache
def _first_and_last_query(count: int, partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    """Select each partner's first counting day, and its last touch by each window's end. Uses indexes, no scan."""
    conditions = (_ROW.workspace_id == _PARTNER.workspace_id, _ROW.partner_id == _PARTNER.id, _ROW.voided_at.is_(None))
    first = (
        select_columns(func.min(_ROW.occurred_on)).where(*conditions, _ROW.kind.in_(COUNTING_KINDS)).scalar_subquery()
    )
    touched = (*conditions, _ROW.kind.in_(TOUCHES))
    ends = [_ROW.occurred_on <= bindparam(f"until_{place}") for place in range(count)]
    lasts = [select_columns(func.max(_ROW.occurred_on)).where(*touched, by).scalar_subquery() for by in ends]
    query = select_columns(_PARTNER.id, first, *lasts).where(_PARTNER.workspace_id == bindparam("workspace"))
    return partner_filter.apply(query, _PARTNER.id)


@lru_cache
def _few_partners_query(count: int, partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    """Build the query for a few partners: one row per kind and direction, with the sum of `count` per window.

    It is faster than `_pivot_query`, whose compilation takes longer than its execution for one partner.
    """
    summed = [func.sum(_ROW["count"]).filter(in_window) for in_window in _window_conditions(_ROW.occurred_on, count)]
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
    return partner_filter.apply(query, _ROW.partner_id)


@lru_cache
def _pivot_query(count: int) -> Select[*tuple[Any, ...]]:
    """Select for each partner the sum of `count` by window, kind and direction, in the order of `KIND_DIRECTIONS`."""
    inside = _window_conditions(_ROW.occurred_on, count) if count > 1 else [true()]
    summed = [
        func.sum(_ROW["count"]).filter((_ROW.kind == kind) & (_ROW.direction == direction) & in_window)
        for in_window in inside
        for kind, direction in KIND_DIRECTIONS
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
    return filter_partners(query, _ROW.partner_id, statements.PartnerFilter.ALL)


@lru_cache
def _outcomes_query(count: int, partner_filter: statements.PartnerFilter) -> Select[*tuple[Any, ...]]:
    """Select for each partner and outcome, per window: the money of what had that outcome in it and how often, and how
    many referrals of the window had it by the window's end.

    Grouped in the order of the index of outcomes, or SQLite looks up every row of the ledger to go by partners.
    """
    numbers: list[ColumnElement[Any]] = []
    happened, ended = (_window_conditions(day, count) for day in (_ROW.occurred_on, _ROW.outcome_on))
    for place in range(count):
        by_end = happened[place] & (_ROW.outcome_on <= bindparam(f"until_{place}")) & _ROW.kind.in_(REFERRALS)
        numbers += [
            func.sum(_ROW.value_minor).filter(ended[place]),
            func.count().filter(ended[place]),
            func.sum(_ROW["count"]).filter(by_end),
        ]
    query = (
        select_columns(_ROW.partner_id, _ROW.outcome, *numbers)
        .where(
            _ROW.workspace_id == bindparam("workspace"),
            _ROW.voided_at.is_(None),
            _ROW.outcome.in_(("won", "lost", "declined")),
            _ROW.direction == "in",
        )
        .group_by(_ROW.outcome, _ROW.partner_id)
    )
    return partner_filter.apply(query, _ROW.partner_id)


def count_touches(session: Session, *, workspace_id: int, after: date, until: date) -> dict[int, dict[str, int]]:
    """Count each partner's touches in `(after, until]` by direction, without attempts.

    Messages in a linked channel are left out, as they take no hour of work.
    """
    group = (col(Activity.partner_id), col(Activity.direction))
    query = (
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.occurred_on) > after,
            col(Activity.occurred_on) <= until,
            col(Activity.recorded_by).not_in(AUTOMATIC),
            col(Activity.kind).in_(TOUCHES),
        )
        .group_by(*group)
    )
    counts_by_partner: dict[int, dict[str, int]] = {}
    for partner, direction, number in session.execute(query):
        counts_by_partner.setdefault(partner, {})[direction] = int(number)
    return counts_by_partner
