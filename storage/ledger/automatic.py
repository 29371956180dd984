"""Contact that counts by itself: at most one touch a partner and day from all sources together.

What somebody typed of that day is the same touch with more words. The automatic row is voided then, as absorbed, and
stands again should the typed one be undone. So it is also while a partner has two of a day, after a merge.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, update

from storage.db import statements
from storage.db.statements import PartnerFilter
from storage.db.upsert import insert_once
from storage.ledger.activities import ABSORBED, ATTEMPT, AUTOMATIC
from storage.tables import Activity

KEY = "contact"
"""Beginning of the source key: with the partner and the day, only one process can insert it."""


def record_contact(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    day: date,
    source: str,
    medium: str,
    side: str,
    now: datetime,
) -> tuple[int, bool]:
    """Record contact with a partner on a day. Return the row's id, and whether anything is new.

    Contact of another side, or by another medium, joins the row that is there: `joint`, `mail, shared channel`. A row
    that somebody took back stays so.
    """
    key = f"{KEY}:{partner_id}:{day.isoformat()}"
    while (row := _of_day(session, workspace_id, partner_id, day)) is None:
        values = {
            **{"workspace_id": workspace_id, "partner_id": partner_id, "source_key": key},
            **{"kind": "meeting", "medium": medium, "title": "", "count": 1, "direction": side},
            **{"occurred_on": day, "recorded_at": now, "recorded_by": source},
        }
        new_id = insert_once(session, Activity, values, unique=["workspace_id", "source_key"])
        if new_id is not None:
            settle(session, workspace_id=workspace_id, now=now, partner_ids=[partner_id])
            return new_id, True
        # Another process has the day, which is found now; else somebody moved the row of that key to another day.
        key += "+"
    assert row.id is not None  # stored
    if row.voided_at is not None and row.voided_by != ABSORBED:
        return row.id, False
    known = (row.medium or "").split(", ")
    direction = row.direction if row.direction in (side, "joint") else "joint"
    together = row.medium if medium in known else ", ".join([*known, medium])
    if (direction, together) == (row.direction, row.medium):
        return row.id, False
    row.direction, row.medium = direction, together
    session.add(row)
    session.flush()
    return row.id, True


def _of_day(session: Session, workspace_id: int, partner_id: int, day: date) -> Activity | None:
    """Return the day's row, the one that stands first. It stays locked until the transaction ends."""
    query = select(Activity).where(
        Activity.workspace_id == workspace_id,
        Activity.partner_id == partner_id,
        Activity.occurred_on == day,
        col(Activity.recorded_by).in_(AUTOMATIC),
    )
    return session.exec(query.order_by(col(Activity.id)).limit(1).with_for_update()).first()


_ROW = statements.table_of(Activity).c


@lru_cache
def _find_any(partner_filter: PartnerFilter, is_of_day: bool) -> Select[*tuple[Any, ...]]:
    query = select_columns(_ROW.id).where(_ROW.workspace_id == bindparam("workspace"), _ROW.recorded_by.in_(AUTOMATIC))
    query = partner_filter.apply(query, _ROW.partner_id)
    return (query.where(_ROW.occurred_on == bindparam("day")) if is_of_day else query).limit(1)


def settle(
    session: Session,
    *,
    workspace_id: int,
    now: datetime,
    partner_ids: Collection[int] | None = None,
    day: date | None = None,
) -> None:
    """Let automatic contact, of these partners and this day or of any, stand on the days of which no other row tells,
    and on those only.
    """
    session.flush()
    values = {"workspace": workspace_id, "day": day} | statements.filter_values(partner_ids)
    query = _find_any(PartnerFilter.for_ids(partner_ids), day is not None)
    if statements.execute(session, query, values).first() is None:
        return
    mine = [col(Activity.workspace_id) == workspace_id, col(Activity.recorded_by).in_(AUTOMATIC)]
    if partner_ids is not None:
        mine.append(col(Activity.partner_id).in_(list(partner_ids)))
    if day is not None:
        mine.append(col(Activity.occurred_on) == day)
    told = _told_otherwise()
    absorb = update(Activity).where(*mine, col(Activity.voided_at).is_(None), told)
    session.exec(absorb.values(voided_at=now, voided_by=ABSORBED).execution_options(synchronize_session=False))
    revive = update(Activity).where(*mine, col(Activity.voided_by) == ABSORBED, ~told)
    session.exec(revive.values(voided_at=None, voided_by=None).execution_options(synchronize_session=False))
    for row in session.identity_map.values():
        if isinstance(row, Activity) and row.recorded_by in AUTOMATIC:
            session.expire(row)


def _told_otherwise() -> ColumnElement[bool]:
    """Return the condition that another row of the day stands for it: one that was typed, or an earlier automatic."""
    other = aliased(Activity)
    automatic = col(other.recorded_by).in_(AUTOMATIC)
    return exists().where(
        col(other.workspace_id) == col(Activity.workspace_id),
        col(other.partner_id) == col(Activity.partner_id),
        col(other.occurred_on) == col(Activity.occurred_on),
        col(other.kind) != ATTEMPT,
        (~automatic & col(other.voided_at).is_(None))
        | (
            automatic
            & (col(other.id) < col(Activity.id))
            & (col(other.voided_at).is_(None) | (col(other.voided_by) == ABSORBED))
        ),
    )
