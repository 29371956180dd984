"""The ledger: activities written, voided, and summed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select, update

from storage import plain
from storage.bulk import insert_many, update_many
from storage.engine import to_change
from storage.once import insert_once
from storage.tables import Activity, Partner

BY_API = "api:"
"""Begins the name of who recorded something by the API, which no person's does."""
COUNTING = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion")
KEYS = tuple((kind, way) for kind in COUNTING for way in ("in", "out", "joint"))
OVERHEARD = "channel"
"""Who recorded that there was contact in a linked channel: nobody did."""
CHANNEL = "shared channel"


def record(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    kind: str,
    direction: str,
    occurred_on: date,
    by: str,
    now: datetime,
    count: int = 1,
    title: str = "",
    medium: str | None = None,
    outcome: str | None = None,
    value_minor: int | None = None,
    source_key: str | None = None,
    batch_id: int | None = None,
) -> Activity:
    """Write one row."""
    row = Activity(
        workspace_id=workspace_id,
        partner_id=partner_id,
        kind=kind,
        direction=direction,
        occurred_on=occurred_on,
        count=count,
        title=title,
        medium=medium,
        outcome=outcome,
        outcome_on=occurred_on if outcome else None,
        value_minor=value_minor,
        source_key=source_key,
        batch_id=batch_id,
        recorded_at=now,
        recorded_by=by,
    )
    return plain.add(session, row)


def get(session: Session, *, workspace_id: int, activity_id: int) -> Activity | None:
    """A row of this workspace, voided ones too."""
    return session.exec(
        to_change(session, select(Activity).where(Activity.workspace_id == workspace_id, Activity.id == activity_id))
    ).one_or_none()


def latest(session: Session, *, workspace_id: int, partner_id: int, until: date, limit: int) -> Sequence[Activity]:
    """A partner's last rows by `until` that stand, the newest first."""
    return session.exec(
        select(Activity)
        .where(
            Activity.workspace_id == workspace_id,
            Activity.partner_id == partner_id,
            col(Activity.voided_at).is_(None),
            col(Activity.occurred_on) <= until,
        )
        .order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc())
        .limit(limit)
    ).all()


def page(
    session: Session,
    *,
    workspace_id: int,
    limit: int,
    before_id: int | None = None,
    partner_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Sequence[tuple[str, Activity]]:
    """Rows that stand, the last recorded first, with their partners' names; `before_id` ended the page before."""
    query = (
        select(Partner.name, Activity)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(Activity.workspace_id)) & (col(Partner.id) == Activity.partner_id),
        )
        .where(Activity.workspace_id == workspace_id, col(Activity.voided_at).is_(None))
    )
    if before_id is not None:
        query = query.where(col(Activity.id) < before_id)
    if partner_id is not None:
        query = query.where(Activity.partner_id == partner_id)
    if since is not None:
        query = query.where(col(Activity.occurred_on) >= since)
    if until is not None:
        query = query.where(col(Activity.occurred_on) <= until)
    return [(name, row) for name, row in session.exec(query.order_by(col(Activity.id).desc()).limit(limit))]


def of_source(session: Session, *, workspace_id: int, source_key: str) -> Activity | None:
    """The row that another system knows by that key, voided ones too."""
    return session.exec(
        to_change(
            session, select(Activity).where(Activity.workspace_id == workspace_id, Activity.source_key == source_key)
        )
    ).one_or_none()


def open_referrals(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[Activity]:
    """Referrals neither won, lost nor declined, the newest first."""
    return session.exec(
        select(Activity)
        .where(
            Activity.workspace_id == workspace_id,
            Activity.partner_id == partner_id,
            col(Activity.voided_at).is_(None),
            col(Activity.outcome).in_(("introduced", "met")),
        )
        .order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc())
        .limit(limit)
    ).all()


def waiting_referrals(
    session: Session, *, workspace_id: int, owner: str, before: date, day: date
) -> Sequence[tuple[str, Activity]]:
    """Open referrals of an owner's active partners without news since that day, the oldest first: (partner, row).

    Partners that are snoozed on `day` are left out.
    """
    query = (
        select(Partner.name, Activity)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(Activity.workspace_id)) & (col(Partner.id) == Activity.partner_id),
        )
        .where(
            Activity.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            Partner.owner == owner,
            Partner.status == "active",
            col(Activity.voided_at).is_(None),
            col(Activity.outcome).in_(("introduced", "met")),
            col(Activity.outcome_on) <= before,
        )
        .order_by(col(Activity.outcome_on), col(Activity.id))
    )
    until = col(Partner.snoozed_until_on)
    query = query.where(until.is_(None) | (until <= day))
    return [(name, row) for name, row in session.exec(query)]


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
    windows: Sequence[tuple[date, date]],
    partner_ids: Collection[int] | None = None,
) -> dict[int, Sums]:
    """For each partner with rows: its sums in each window `(after, until]`, money won `in` there and how
    often (minor units, by the day it was won), its first day ever, and its last touch by each window's end.
    """
    count = len(windows)
    asked = _asked(workspace_id, windows, partner_ids)
    of = plain.Of.these(partner_ids)
    found: dict[int, Sums] = {}
    for partner, first, *lasts in plain.ask(session, _edges(count, of), asked):
        if first is not None:
            found[partner] = Sums(tuple({} for _ in windows), first, tuple(lasts), [0] * count, [0] * count)
    if of is not plain.Of.ALL:
        for partner, kind, way, *numbers in plain.ask(session, _in_rows(count, of), asked):
            for into, number in zip(found[partner].windows, numbers, strict=True):
                if number and kind in COUNTING:
                    into[kind, way] = int(number)
    else:
        for partner, *numbers in plain.ask(session, _pivot(count), asked):
            for place, into in enumerate(found[partner].windows):
                mine = numbers[place * len(KEYS) : (place + 1) * len(KEYS)]
                into.update((key, int(number)) for key, number in zip(KEYS, mine, strict=True) if number)
    for partner, *won in plain.ask(session, _won(count, of), asked):
        held = found[partner]
        held.won_minor = [int(value or 0) for value in won[:count]]
        held.wins = [int(number) for number in won[count:]]
    return found


def totals(
    session: Session, *, workspace_id: int, windows: Sequence[tuple[date, date]]
) -> dict[int, tuple[date, list[int], list[int]]]:
    """For each partner with rows: its first day ever, and for each window all that counts in it as seen by us (`in`
    and joint), and as seen by them (`out` and joint)."""
    asked, count = _asked(workspace_id, windows, None), len(windows)
    firsts = {partner: first for partner, first, *_ in plain.ask(session, _edges(count, plain.Of.ALL), asked) if first}
    summed = {partner: [int(one or 0) for one in row] for partner, *row in plain.ask(session, _totals(count), asked)}
    nothing = [0] * (2 * count)
    both = ((partner, first, summed.get(partner, nothing)) for partner, first in firsts.items())
    return {partner: (first, row[:count], row[count:]) for partner, first, row in both}


def no_sums(windows: int) -> Sums:
    """The sums of a partner without a row."""
    return Sums(tuple({} for _ in range(windows)), None, (None,) * windows, [0] * windows, [0] * windows)


def _asked(
    workspace_id: int, windows: Sequence[tuple[date, date]], partner_ids: Collection[int] | None
) -> dict[str, Any]:
    """The values of the statements below."""
    asked: dict[str, Any] = {"workspace": workspace_id} | plain.named(partner_ids)
    for place, (after, until) in enumerate(windows):
        asked |= {f"after_{place}": after, f"until_{place}": until}
    return asked | {"first": min(after for after, _ in windows), "last": max(until for _, until in windows)}


_OF, _PARTNER = plain.table_of(Activity).c, plain.table_of(Partner).c


def _inside(day: Any, count: int) -> list[ColumnElement[bool]]:
    return [(day > bindparam(f"after_{place}")) & (day <= bindparam(f"until_{place}")) for place in range(count)]


# To put these statements together takes longer than to run them for one partner: they are kept, by their shape.
@lru_cache
def _edges(count: int, of: plain.Of) -> Select[*tuple[Any, ...]]:
    """For each partner its first day, and the last one by each window's end: looked up, not read through."""
    day = _OF.occurred_on
    its = (
        _OF.workspace_id == _PARTNER.workspace_id,
        _OF.partner_id == _PARTNER.id,
        _OF.voided_at.is_(None),
    )
    first = select_columns(func.min(day)).where(*its).scalar_subquery()
    ends = [day <= bindparam(f"until_{place}") for place in range(count)]
    lasts = [select_columns(func.max(day)).where(*its, by).scalar_subquery() for by in ends]
    query = select_columns(_PARTNER.id, first, *lasts).where(_PARTNER.workspace_id == bindparam("workspace"))
    return of.narrow(query, _PARTNER.id)


@lru_cache
def _in_rows(count: int, of: plain.Of) -> Select[*tuple[Any, ...]]:
    """For a few partners one row a kind and direction, with the sum of `count` for each window: shorter than `_pivot`,
    which takes longer to ask than to answer for one."""
    summed = [func.sum(_OF["count"]).filter(here) for here in _inside(_OF.occurred_on, count)]
    group = (_OF.partner_id, _OF.kind, _OF.direction)
    query = (
        select_columns(*group, *summed)
        .where(
            _OF.workspace_id == bindparam("workspace"),
            _OF.voided_at.is_(None),
            _OF.occurred_on > bindparam("first"),
            _OF.occurred_on <= bindparam("last"),
        )
        .group_by(*group)
    )
    return of.narrow(query, _OF.partner_id)


@lru_cache
def _pivot(count: int) -> Select[*tuple[Any, ...]]:
    """For each partner the sum of `count` for each window, kind and direction, in the order of `KEYS`."""
    summed = [
        func.sum(_OF["count"]).filter((_OF.kind == kind) & (_OF.direction == way) & here)
        for here in _inside(_OF.occurred_on, count)
        for kind, way in KEYS
    ]
    return _by_partner(summed)


@lru_cache
def _totals(count: int) -> Select[*tuple[Any, ...]]:
    """For each partner the sum of all that counts in each window as seen by us, then as seen by them."""
    counts = _OF.kind.in_(COUNTING)
    summed = [
        func.sum(_OF["count"]).filter(counts & (_OF.direction != other) & here)
        for other in ("out", "in")
        for here in _inside(_OF.occurred_on, count)
    ]
    return _by_partner(summed)


def _by_partner(summed: Sequence[ColumnElement[int]]) -> Select[*tuple[Any, ...]]:
    day = _OF.occurred_on
    return (
        select_columns(_OF.partner_id, *summed)
        .where(
            _OF.workspace_id == bindparam("workspace"),
            _OF.voided_at.is_(None),
            _unsearched(day > bindparam("first"), day <= bindparam("last")),
        )
        .group_by(_OF.partner_id)
    )


def _unsearched(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, in a form for which SQLite does not go by the index of days and look up every row: the index of the
    sums has all that is asked."""
    return case((and_(*conditions), 1), else_=0) == 1


@lru_cache
def _won(count: int, of: plain.Of) -> Select[*tuple[Any, ...]]:
    """For each partner the money won in each window, then how often."""
    value, inside = _OF.value_minor, _inside(_OF.outcome_on, count)
    won = [func.sum(case((here, value), else_=0)) for here in inside]
    wins = [func.sum(case((here, 1), else_=0)) for here in inside]
    query = (
        select_columns(_OF.partner_id, *won, *wins)
        .where(
            _OF.workspace_id == bindparam("workspace"),
            _OF.voided_at.is_(None),
            _OF.outcome == "won",
            _OF.direction == "in",
        )
        .group_by(_OF.partner_id)
    )
    return of.narrow(query, _OF.partner_id)


def done_between(session: Session, *, workspace_id: int, after: date, until: date) -> dict[tuple[str, str], int]:
    """Sums of `count` over all partners in `(after, until]`, by kind and direction."""
    group = (col(Activity.kind), col(Activity.direction))
    found = session.execute(
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.occurred_on) > after,
            col(Activity.occurred_on) <= until,
        )
        .group_by(*group)
    )
    return {(kind, way): int(number) for kind, way, number in found}


def won_between(session: Session, *, workspace_id: int, after: date, until: date) -> int:
    """Money won `in` over all partners in `(after, until]`, in minor units."""
    won = session.execute(
        select_columns(func.sum(col(Activity.value_minor))).where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.outcome) == "won",
            col(Activity.direction) == "in",
            col(Activity.outcome_on) > after,
            col(Activity.outcome_on) <= until,
        )
    ).scalar_one()
    return int(won or 0)


def logged_between(session: Session, *, workspace_id: int, after: datetime, until: datetime) -> dict[str, int]:
    """How many rows each person wrote by hand in `(after, until]`; those of imports, integrations and linked
    channels are nobody's thanks."""
    found = session.execute(
        select_columns(col(Activity.recorded_by), func.count())
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.recorded_by) != OVERHEARD,
            col(Activity.batch_id).is_(None),
            ~col(Activity.recorded_by).startswith(BY_API),
            col(Activity.recorded_at) > after,
            col(Activity.recorded_at) <= until,
        )
        .group_by(col(Activity.recorded_by))
    )
    return {by: int(number) for by, number in found}


def note_contact(session: Session, *, workspace_id: int, partner_id: int, day: date, side: str, now: datetime) -> bool:
    """That a side wrote in a partner's channel on a day: one touch a day, together once both did. True if it is news.

    One that was undone stays so.
    """
    key = f"channel:{partner_id}:{day.isoformat()}"
    held = session.exec(
        select(Activity.direction).where(Activity.workspace_id == workspace_id, Activity.source_key == key)
    ).one_or_none()
    if held in (side, "joint"):
        return False
    values = {
        **{"workspace_id": workspace_id, "partner_id": partner_id, "source_key": key},
        **{"kind": "meeting", "medium": CHANNEL, "title": "", "count": 1},
        **{"direction": side, "occurred_on": day, "recorded_at": now, "recorded_by": OVERHEARD},
    }
    if insert_once(session, Activity, values, unique=["workspace_id", "source_key"]) is not None:
        return True
    mine = update(Activity).where(
        col(Activity.workspace_id) == workspace_id,
        col(Activity.source_key) == key,
        col(Activity.direction).not_in([side, "joint"]),
        col(Activity.voided_at).is_(None),
    )
    return bool(session.exec(mine.values(direction="joint")).rowcount)


def record_many(
    session: Session,
    *,
    workspace_id: int,
    columns: Mapping[str, Sequence[Any]],
    batch_id: int,
    by: str,
    now: datetime,
) -> None:
    """Write the rows of an import, given column by column; those of the import itself are not among them."""
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "recorded_by": by, "recorded_at": now}
    insert_many(session, Activity, columns=columns, same=same)


def amend_many(session: Session, *, workspace_id: int, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Change columns of rows known to exist: the columns with their new values, by the row's id."""
    update_many(session, plain.table_of(Activity), workspace_id=workspace_id, rows=rows.items())


def dated(
    session: Session,
    *,
    workspace_id: int,
    after: date,
    gone_by: date,
    today: date,
    planned_until: date,
    known_at: datetime,
    partner_ids: Collection[int] | None = None,
) -> dict[int, list[tuple[date, str, str, int]]]:
    """For each partner: day, kind, direction and sum of `count` of what counts.

    Of the days in `(after, gone_by]`, and of those planned in `(today, planned_until]`: what was recorded by
    `known_at`. A row of a later day that nobody knew of then is no plan, but news.
    """
    day = col(Activity.occurred_on)
    group = (col(Activity.partner_id), day, col(Activity.kind), col(Activity.direction))
    planned = (day > today) & (day <= planned_until) & (col(Activity.recorded_at) <= known_at)
    query = (
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.voided_at).is_(None),
            col(Activity.kind).in_(COUNTING),
            or_((day > after) & (day <= gone_by), planned),
        )
        .group_by(*group)
    )
    if partner_ids is not None:
        query = query.where(col(Activity.partner_id).in_(partner_ids))
    found: dict[int, list[tuple[date, str, str, int]]] = {}
    for partner, on, kind, way, number in session.execute(query):
        found.setdefault(partner, []).append((on, kind, way, int(number)))
    return found


def touch_days(
    session: Session, *, workspace_id: int, after: date, until: date, partner_ids: Collection[int] | None = None
) -> dict[int, list[date]]:
    """For each partner the days in `(after, until]` with any activity that stands; a day may come several times."""
    day = col(Activity.occurred_on)
    query = select_columns(col(Activity.partner_id), day).where(
        col(Activity.workspace_id) == workspace_id,
        col(Activity.voided_at).is_(None),
        _unsearched(day > after, day <= until),
    )
    if partner_ids is not None:
        query = query.where(col(Activity.partner_id).in_(partner_ids))
    found: dict[int, list[date]] = {}
    for partner, on in session.execute(query):
        found.setdefault(partner, []).append(on)
    return found
