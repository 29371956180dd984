"""Find and add partners, and list owners and expired pauses."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, select

from storage.db import check_schedule
from storage.db.engine import for_update, needs_locks
from storage.db.locks import lock_partners, resolve_merged_id
from storage.partners import names, verticals
from storage.tables import Partner

_PARTNER_QUERY = select(Partner).where(
    col(Partner.workspace_id) == bindparam("workspace"),
    col(Partner.id) == bindparam("partner"),
    col(Partner.merged_into_id).is_(None),
)


def get(session: Session, *, workspace_id: int, partner_id: int) -> Partner | None:
    """Return the partner, or the one that it was merged into. A write transaction locks it."""
    while True:
        values = {"workspace": workspace_id, "partner": partner_id}
        row = session.exec(for_update(session, _PARTNER_QUERY), params=values).one_or_none()
        into = partner_id if row else resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id)
        if into == partner_id:
            return row
        partner_id = into


def find_name_of(session: Session, *, workspace_id: int, partner_id: int) -> str | None:
    """Return the name of a partner, or of the one that it was merged into, without locking it."""
    partner_id = resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id)
    query = select(Partner.name).where(Partner.workspace_id == workspace_id, Partner.id == partner_id)
    return session.exec(query).one_or_none()


def lock_named(session: Session, *, workspace_id: int, spellings: Collection[str]) -> None:
    """Lock all partners that have these names, or for which they were learnt, until the transaction ends."""
    if needs_locks(session):
        found = (
            names.find_name(session, workspace_id=workspace_id, spellings=[spelling], learnt=True)
            for spelling in dict.fromkeys(spellings)
        )
        lock_partners(session, workspace_id=workspace_id, partner_ids={match[1] for match in found if match})


def resolve_all_merged(session: Session, *, workspace_id: int) -> dict[int, int]:
    """Return for each merged partner the one that it stands for, following all merges."""
    merged = select(Partner.id, Partner.merged_into_id).where(
        Partner.workspace_id == workspace_id, col(Partner.merged_into_id).is_not(None)
    )
    into = {id: target for id, target in session.exec(merged) if id is not None and target is not None}
    ends: dict[int, int] = {}
    for id, target in into.items():
        while target in into:
            target = into[target]
        ends[id] = target
    return ends


def list_partners(session: Session, *, workspace_id: int) -> Sequence[Partner]:
    """Return every partner of the workspace, whatever its status, without merged ones. For imports, which look up
    many.
    """
    query = select(Partner).where(Partner.workspace_id == workspace_id, col(Partner.merged_into_id).is_(None))
    return session.exec(query.order_by(col(Partner.id))).all()


def list_owners(session: Session, *, workspace_id: int) -> list[str]:
    """Return everyone who owns an active partner or a prospect."""
    rows = session.exec(
        select(Partner.owner)
        .where(
            Partner.workspace_id == workspace_id,
            col(Partner.status).in_(("active", "prospect")),
            col(Partner.owner).is_not(None),
            col(Partner.merged_into_id).is_(None),
        )
        .distinct()
        .order_by(col(Partner.owner))
    )
    return [owner for owner in rows if owner]


def ids_of_owner(session: Session, *, workspace_id: int, owner: str) -> set[int]:
    """Return the ids of an owner's active partners and prospects."""
    rows = session.exec(
        select(Partner.id).where(
            Partner.workspace_id == workspace_id,
            Partner.owner == owner,
            col(Partner.status).in_(("active", "prospect")),
            col(Partner.merged_into_id).is_(None),
        )
    )
    return {partner_id for partner_id in rows if partner_id is not None}


def expired_pauses(session: Session, *, workspace_id: int, day: date) -> list[Partner]:
    """Return the paused partners whose pause ended by `day`."""
    return list(
        session.exec(
            select(Partner).where(
                Partner.workspace_id == workspace_id,
                Partner.status == "paused",
                col(Partner.paused_until_on) <= day,
                col(Partner.merged_into_id).is_(None),
            )
        )
    )


def add(
    session: Session,
    *,
    workspace_id: int,
    name: str,
    since_on: date,
    by: str,
    now: datetime,
    aliases: Collection[str] = (),
    vertical: str | None = None,
    **fields: Any,
) -> Partner:
    """Add a partner with its names. `fields` are other columns of `Partner`.

    Raises:
        NameTaken: another partner has the name or an alias; nothing was added.
    """
    for spelling in (name, *aliases):
        if match := names.find_name(session, workspace_id=workspace_id, spellings=[spelling]):
            raise names.NameTaken(spelling, match[1])
    partner = Partner(
        workspace_id=workspace_id,
        name=name,
        since_on=since_on,
        created_at=now,
        created_by=by,
        vertical_id=verticals.get_or_create(session, workspace_id=workspace_id, name=vertical),
        **fields,
    )
    session.add(partner)
    session.flush()
    assert partner.id is not None  # set by the flush
    names.add(session, partner=partner, name=name)
    for alias in aliases:
        names.add_alias(session, partner=partner, alias=alias)
    return partner


def add_many(
    session: Session,
    *,
    workspace_id: int,
    rows: Sequence[Mapping[str, Any]],
    batch_id: int | None,
    by: str,
    now: datetime,
) -> list[int]:
    """Add the partners of an import, whose names are known to be free. Return their ids in the same order.

    Each row has the same columns of `Partner`, without those that all rows share.
    """
    if not rows:  # an insert without rows would add an empty row
        return []
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "created_by": by, "created_at": now}
    added = session.scalars(
        insert(Partner).returning(col(Partner.id), sort_by_parameter_order=True), [{**row, **same} for row in rows]
    )
    check_schedule.request_check(session, workspace_id=workspace_id)
    ids = [int(partner_id) for partner_id in added if partner_id is not None]
    official = [(partner_id, row["name"], False) for partner_id, row in zip(ids, rows, strict=True)]
    names.add_many(session, workspace_id=workspace_id, names=official)
    return ids
