"""Partners as lists, scores and signals need them: one statement, and no live rows."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session

from storage.db import statements
from storage.db.engine import for_update
from storage.name_key import name_key
from storage.partners import partners, spellings
from storage.tables import Partner, PartnerName, Vertical


@dataclass(frozen=True, slots=True)
class PartnerSnapshot:
    """A partner as lists, scores and signals need it: `cadence_days` is its own, else its vertical's.

    Money is in minor units, `terms_share` in hundredths of a percent; `fit` holds letters with spaces between.
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
# What `PartnerSnapshot` takes from elsewhere than the partner's own column of that name.
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
_BY_NAME_QUERY = (
    _SNAPSHOT_QUERY.add_columns(_PARTNER.merged_into_id)
    .join(
        statements.table_of(PartnerName),
        (_NAME.partner_id == _PARTNER.id) & (_NAME.workspace_id == _PARTNER.workspace_id),
    )
    .where(_NAME.workspace_id == bindparam("workspace"), _NAME.key == bindparam("key"))
)


def list_snapshots(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int | None = None,
    owner: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[PartnerSnapshot]:
    """Partners by name; one, those of one owner, or those of some statuses. A merged one is the one it is part of."""
    wanted = _SNAPSHOT_QUERY.where(_PARTNER.workspace_id == workspace_id, _PARTNER.merged_into_id.is_(None))
    if partner_id is not None:
        wanted = wanted.where(
            _PARTNER.id == partners.resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id)
        )
    if owner is not None:
        wanted = wanted.where(_PARTNER.owner == owner)
    if statuses is not None:
        wanted = wanted.where(_PARTNER.status.in_(statuses))
    found = [PartnerSnapshot(*row) for row in statements.execute(session, wanted.order_by(_PARTNER.id), {})]
    # Not by the database, whose order of letters differs from one to the next.
    return sorted(found, key=lambda one: one.name.casefold())


def get_by_name(session: Session, *, workspace_id: int, name: str) -> PartnerSnapshot | None:
    """The partner that goes by a name, else the one that it was learnt to mean; of a merged one, the one it is part of
    now. In a writing transaction nobody else changes it meanwhile."""
    asked = {"workspace": workspace_id, "key": name_key(name)}
    found = statements.execute(
        session, for_update(session, _BY_NAME_QUERY, of=statements.table_of(Partner)), asked
    ).one_or_none()
    if found is None:
        meant = spellings.meant(session, workspace_id=workspace_id, spelling=name)
        return _held(session, workspace_id, meant) if meant is not None else None
    *known, into = found
    return (
        PartnerSnapshot(*known)
        if into is None
        else list_snapshots(session, workspace_id=workspace_id, partner_id=into)[0]
    )


def _held(session: Session, workspace_id: int, partner_id: int) -> PartnerSnapshot:
    partners.get(session, workspace_id=workspace_id, partner_id=partner_id)  # nobody else changes it meanwhile
    return list_snapshots(session, workspace_id=workspace_id, partner_id=partner_id)[0]
