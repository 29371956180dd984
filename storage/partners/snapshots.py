"""Partner snapshots for lists, scores and signals: read in one statement, without ORM objects."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session

from storage.db import statements
from storage.db.engine import for_update
from storage.db.locks import resolve_merged_id
from storage.name_key import name_key, twin_key
from storage.partners import spellings
from storage.tables import Partner, PartnerName, Vertical


@dataclass(frozen=True, slots=True)
class PartnerSnapshot:
    """A partner's values for lists, scores and signals. `cadence_days` is its own, else its vertical's.

    Money is in minor units, `terms_share` in hundredths of a percent; `fit` holds letters separated by spaces.
    """

    id: int
    name: str
    vertical: str | None
    owner: str | None
    since_on: date
    status: str
    cadence_days: int | None
    snoozed_until_on: date | None
    paused_until_on: date | None
    wiifm_us: str | None
    wiifm_them: str | None
    our_role: str | None
    their_role: str | None
    fit: str
    overlap: str | None
    boundary: str | None
    boundary_review_on: date | None
    next_review_on: date | None
    terms: str | None
    terms_retainer_minor: int | None
    terms_fee_minor: int | None
    terms_share: int | None
    other_industry: bool | None
    role: str
    stakeholder: str | None
    outcome_target: str | None
    outcome_due_on: date | None
    outcome_met_on: date | None
    risk_plan: str | None
    created_at: datetime
    batch_id: int | None


_NAME, _PARTNER, _VERTICAL = (statements.table_of(model).c for model in (PartnerName, Partner, Vertical))
# Fields of `PartnerSnapshot` that do not come from the partner's column of the same name.
_JOINED_COLUMNS: dict[str, Any] = {
    "vertical": _VERTICAL.name.label("vertical"),
    "cadence_days": func.coalesce(_PARTNER.cadence_days, _VERTICAL.cadence_days).label("cadence_days"),
}
_SNAPSHOT_QUERY = select_columns(
    *(
        _JOINED_COLUMNS[one.name] if one.name in _JOINED_COLUMNS else _PARTNER[one.name]
        for one in fields(PartnerSnapshot)
    )
).select_from(
    statements.table_of(Partner).outerjoin(
        statements.table_of(Vertical),
        (_VERTICAL.id == _PARTNER.vertical_id) & (_VERTICAL.workspace_id == _PARTNER.workspace_id),
    )
)
_BY_ID_QUERY = _SNAPSHOT_QUERY.where(
    _PARTNER.workspace_id == bindparam("workspace"),
    _PARTNER.id == bindparam("partner"),
    _PARTNER.merged_into_id.is_(None),
)
_BY_NAME_QUERY = (
    _SNAPSHOT_QUERY.add_columns(_PARTNER.merged_into_id)
    .join(
        statements.table_of(PartnerName),
        (_NAME.partner_id == _PARTNER.id) & (_NAME.workspace_id == _PARTNER.workspace_id),
    )
    .where(
        _NAME.workspace_id == bindparam("workspace"), or_(_NAME.key == bindparam("twin"), _NAME.key == bindparam("key"))
    )
    .order_by(_NAME.key == bindparam("key"))  # first the one that exactly this spelling names
)


def list_snapshots(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int | None = None,
    owner: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[PartnerSnapshot]:
    """Return partners by name: one, those of an owner, or those with some statuses. A merged id means the partner that
    it was merged into.
    """
    query = _SNAPSHOT_QUERY.where(_PARTNER.workspace_id == workspace_id, _PARTNER.merged_into_id.is_(None))
    if partner_id is not None:
        query = query.where(_PARTNER.id == resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id))
    if owner is not None:
        query = query.where(_PARTNER.owner == owner)
    if statuses is not None:
        query = query.where(_PARTNER.status.in_(statuses))
    snapshots = [PartnerSnapshot(*row) for row in statements.execute(session, query.order_by(_PARTNER.id), {})]
    # Not sorted by the database, as collations differ.
    return sorted(snapshots, key=lambda snapshot: snapshot.name.casefold())


def get(session: Session, *, workspace_id: int, partner_id: int) -> PartnerSnapshot | None:
    """Return the partner, or the one that it was merged into. A write transaction locks it."""
    query = for_update(session, _BY_ID_QUERY, of=statements.table_of(Partner))
    while True:
        row = statements.execute(session, query, {"workspace": workspace_id, "partner": partner_id}).first()
        if row is not None:
            return PartnerSnapshot(*row)
        into = resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id)
        if into == partner_id:
            return None
        partner_id = into


def get_by_name(session: Session, *, workspace_id: int, name: str) -> PartnerSnapshot | None:
    """Return the partner with a name, else the one that the spelling was learnt for, following merges. A write
    transaction locks it.
    """
    values = {"workspace": workspace_id, "key": name_key(name), "twin": twin_key(name)}
    # Of two with one name only the first is locked.
    query = for_update(session, _BY_NAME_QUERY.limit(1), of=statements.table_of(Partner))
    row = statements.execute(session, query, values).first()
    if row is None:
        meant = spellings.meant(session, workspace_id=workspace_id, spelling=name)
        return get(session, workspace_id=workspace_id, partner_id=meant) if meant is not None else None
    *columns, into = row
    return PartnerSnapshot(*columns) if into is None else get(session, workspace_id=workspace_id, partner_id=into)
