"""Partners as lists, scores and signals need them: one statement, and no live rows."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session

from storage.db import statements
from storage.db.engine import to_change
from storage.name_key import name_key
from storage.partners import partners
from storage.tables import Partner, PartnerName, Vertical


@dataclass(frozen=True, slots=True)
class Standing:
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


_NAME, _PARTNER, _VERTICAL = (statements.table_of(model).c for model in (PartnerName, Partner, Vertical))
# What `Standing` takes from elsewhere than the partner's own column of that name.
_ELSEWHERE: dict[str, Any] = {
    "vertical": _VERTICAL.name.label("vertical"),
    "cadence_days": func.coalesce(_PARTNER.cadence_days, _VERTICAL.cadence_days).label("cadence_days"),
}
_STANDING = select_columns(
    *(_ELSEWHERE[one.name] if one.name in _ELSEWHERE else _PARTNER[one.name] for one in fields(Standing))
).select_from(
    statements.table_of(Partner).outerjoin(
        statements.table_of(Vertical),
        (_VERTICAL.id == _PARTNER.vertical_id) & (_VERTICAL.workspace_id == _PARTNER.workspace_id),
    )
)
_CALLED = (
    _STANDING.add_columns(_PARTNER.merged_into_id)
    .join(
        statements.table_of(PartnerName),
        (_NAME.partner_id == _PARTNER.id) & (_NAME.workspace_id == _PARTNER.workspace_id),
    )
    .where(_NAME.workspace_id == bindparam("workspace"), _NAME.key == bindparam("key"))
)


def standings(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int | None = None,
    owner: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[Standing]:
    """Partners by name; one, those of one owner, or those of some statuses. A merged one is the one it is part of."""
    wanted = _STANDING.where(_PARTNER.workspace_id == workspace_id, _PARTNER.merged_into_id.is_(None))
    if partner_id is not None:
        wanted = wanted.where(_PARTNER.id == partners.led_to(session, workspace_id=workspace_id, partner_id=partner_id))
    if owner is not None:
        wanted = wanted.where(_PARTNER.owner == owner)
    if statuses is not None:
        wanted = wanted.where(_PARTNER.status.in_(statuses))
    found = [Standing(*row) for row in statements.ask(session, wanted.order_by(_PARTNER.id), {})]
    # Not by the database, whose order of letters differs from one to the next.
    return sorted(found, key=lambda one: one.name.casefold())


def called(session: Session, *, workspace_id: int, name: str) -> Standing | None:
    """The partner that goes by a name; of a merged one, the one it is part of now. In a writing transaction nobody else
    changes it meanwhile."""
    asked = {"workspace": workspace_id, "key": name_key(name)}
    found = statements.ask(session, to_change(session, _CALLED, of=statements.table_of(Partner)), asked).one_or_none()
    if found is None:
        return None
    *known, into = found
    return Standing(*known) if into is None else standings(session, workspace_id=workspace_id, partner_id=into)[0]
