"""Partners, their names and their verticals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage import looks, plain
from storage.engine import to_change
from storage.ledger import OVERHEARD
from storage.names import name_key
from storage.once import insert_once
from storage.tables import Activity, Partner, PartnerName, Vertical


class NameTaken(Exception):
    """A partner of the workspace goes by that name already."""

    def __init__(self, name: str, partner_id: int) -> None:
        super().__init__(name)
        self.name, self.partner_id = name, partner_id


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


_NAME, _PARTNER, _VERTICAL = (plain.table_of(model).c for model in (PartnerName, Partner, Vertical))
# What `Standing` takes from elsewhere than the partner's own column of that name.
_ELSEWHERE: dict[str, Any] = {
    "vertical": _VERTICAL.name.label("vertical"),
    "cadence_days": func.coalesce(_PARTNER.cadence_days, _VERTICAL.cadence_days).label("cadence_days"),
}
_STANDING = select_columns(
    *(_ELSEWHERE[one.name] if one.name in _ELSEWHERE else _PARTNER[one.name] for one in fields(Standing))
).select_from(
    plain.table_of(Partner).outerjoin(
        plain.table_of(Vertical),
        (_VERTICAL.id == _PARTNER.vertical_id) & (_VERTICAL.workspace_id == _PARTNER.workspace_id),
    )
)
_CALLED = (
    _STANDING.add_columns(_PARTNER.merged_into_id)
    .join(
        plain.table_of(PartnerName),
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
        wanted = wanted.where(_PARTNER.id == led_to(session, workspace_id=workspace_id, partner_id=partner_id))
    if owner is not None:
        wanted = wanted.where(_PARTNER.owner == owner)
    if statuses is not None:
        wanted = wanted.where(_PARTNER.status.in_(statuses))
    found = [Standing(*row) for row in plain.ask(session, wanted.order_by(_PARTNER.id), {})]
    # Not by the database, whose order of letters differs from one to the next.
    return sorted(found, key=lambda one: one.name.casefold())


def led_to(session: Session, *, workspace_id: int, partner_id: int) -> int:
    """The partner that an id stands for: what was merged leads, by however many steps, to what it is part of now."""
    while True:
        merged = select(Partner.merged_into_id).where(Partner.workspace_id == workspace_id, Partner.id == partner_id)
        into = session.exec(merged).one_or_none()
        if into is None:
            return partner_id
        partner_id = into


_ONE = select(Partner).where(
    col(Partner.workspace_id) == bindparam("workspace"), col(Partner.id) == bindparam("partner")
)


def get(session: Session, *, workspace_id: int, partner_id: int) -> Partner | None:
    """The partner, if it is one of this workspace; of a merged one, the one it is part of now."""
    asked = {"workspace": workspace_id, "partner": partner_id}
    found = session.exec(to_change(session, _ONE), params=asked).one_or_none()
    if found is None or found.merged_into_id is None:
        return found
    return get(session, workspace_id=workspace_id, partner_id=found.merged_into_id)


_NAMED = select_columns(_NAME.key, _NAME.partner_id).where(
    _NAME.workspace_id == bindparam("workspace"), _NAME.key.in_(bindparam("keys", expanding=True))
)


def find(session: Session, *, workspace_id: int, spellings: Sequence[str]) -> tuple[str, int] | None:
    """Of these spellings the first that names a partner, with the partner's id."""
    keys = [name_key(spelling) for spelling in spellings]
    found = plain.ask(session, _NAMED, {"workspace": workspace_id, "keys": list(set(keys))})
    known = {row.key: row.partner_id for row in found}
    return next(((text, known[key]) for text, key in zip(spellings, keys, strict=True) if key in known), None)


def called(session: Session, *, workspace_id: int, name: str) -> Standing | None:
    """The partner that goes by a name; of a merged one, the one it is part of now. In a writing transaction nobody else
    changes it meanwhile."""
    asked = {"workspace": workspace_id, "key": name_key(name)}
    found = plain.ask(session, to_change(session, _CALLED, of=plain.table_of(Partner)), asked).one_or_none()
    if found is None:
        return None
    *known, into = found
    return Standing(*known) if into is None else standings(session, workspace_id=workspace_id, partner_id=into)[0]


def of_external_id(session: Session, *, workspace_id: int, external_id: str) -> Partner | None:
    """The partner that another system knows by that id; of a merged one, the one it is part of now."""
    found = session.exec(
        select(Partner.id).where(Partner.workspace_id == workspace_id, Partner.external_id == external_id)
    ).one_or_none()
    return None if found is None else get(session, workspace_id=workspace_id, partner_id=found)


def merged_external_ids(session: Session, *, workspace_id: int) -> dict[str, int]:
    """The ids by which other systems know merged partners, with the partner that each is part of now."""
    merged = session.exec(
        select(Partner.external_id, Partner.merged_into_id).where(
            Partner.workspace_id == workspace_id,
            col(Partner.merged_into_id).is_not(None),
            col(Partner.external_id).is_not(None),
        )
    )
    return {
        known: led_to(session, workspace_id=workspace_id, partner_id=into)
        for known, into in merged
        if known is not None and into is not None
    }


def names(session: Session, *, workspace_id: int) -> list[tuple[str, int]]:
    """Every name and alias of the workspace, with its partner's id."""
    return list(
        session.exec(select(PartnerName.name, PartnerName.partner_id).where(PartnerName.workspace_id == workspace_id))
    )


def keys(session: Session, *, workspace_id: int) -> dict[str, int]:
    """Every name and alias as it is compared, with its partner's id: for imports, which look up many."""
    return dict(
        session.exec(
            select(PartnerName.key, PartnerName.partner_id).where(PartnerName.workspace_id == workspace_id)
        ).all()
    )


def names_of(session: Session, *, workspace_id: int, partner_id: int) -> list[PartnerName]:
    """The names of one partner, the official one first."""
    return list(
        session.exec(
            select(PartnerName)
            .where(PartnerName.workspace_id == workspace_id, PartnerName.partner_id == partner_id)
            .order_by(col(PartnerName.is_alias), col(PartnerName.id))
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
    """A new partner with its names. `fields` are other columns of `Partner`.

    Raises:
        NameTaken: the name or an alias belongs to another partner; nothing was added.
    """
    for spelling in (name, *aliases):
        if taken := find(session, workspace_id=workspace_id, spellings=[spelling]):
            raise NameTaken(spelling, taken[1])
    partner = Partner(
        workspace_id=workspace_id,
        name=name,
        since_on=since_on,
        created_at=now,
        created_by=by,
        vertical_id=vertical_id(session, workspace_id=workspace_id, name=vertical),
        **fields,
    )
    session.add(partner)
    session.flush()
    assert partner.id is not None  # flushed
    _name(session, partner, name, is_alias=False)
    for alias in aliases:
        add_alias(session, partner=partner, alias=alias)
    return partner


def _name(session: Session, partner: Partner, name: str, *, is_alias: bool) -> None:
    assert partner.id is not None  # only stored partners get names
    key = {"workspace_id": partner.workspace_id, "key": name_key(name)}
    values = key | {"partner_id": partner.id, "name": name, "is_alias": is_alias}
    if insert_once(session, PartnerName, values, unique=["workspace_id", "key"]) is None:
        owner = session.exec(select(PartnerName.partner_id).filter_by(**key)).one()
        raise NameTaken(name, owner)  # by somebody who was a moment faster


def add_alias(session: Session, *, partner: Partner, alias: str) -> bool:
    """Another name for a partner; False if it goes by that name already.

    Raises:
        NameTaken: it is another partner's.
    """
    if taken := find(session, workspace_id=partner.workspace_id, spellings=[alias]):
        if taken[1] != partner.id:
            raise NameTaken(alias, taken[1])
        return False
    _name(session, partner, alias, is_alias=True)
    return True


def set_aliases(session: Session, *, partner: Partner, aliases: Collection[str]) -> None:
    """Replace a partner's aliases by these.

    Raises:
        NameTaken: one is another partner's.
    """
    assert partner.id is not None  # only stored partners have names
    kept = {name_key(alias) for alias in aliases}
    for known in names_of(session, workspace_id=partner.workspace_id, partner_id=partner.id):
        if known.is_alias and known.key not in kept:
            session.delete(known)
    session.flush()
    for alias in aliases:
        add_alias(session, partner=partner, alias=alias)


def rename(session: Session, *, partner: Partner, name: str) -> None:
    """Give a partner another official name.

    Raises:
        NameTaken: it is another partner's.
    """
    assert partner.id is not None  # only stored partners have names
    taken = find(session, workspace_id=partner.workspace_id, spellings=[name])
    if taken and taken[1] != partner.id:
        raise NameTaken(name, taken[1])
    for known in names_of(session, workspace_id=partner.workspace_id, partner_id=partner.id):
        if not known.is_alias or known.key == name_key(name):
            session.delete(known)
    session.flush()
    partner.name = name
    session.add(partner)
    _name(session, partner, name, is_alias=False)


def vertical_id(session: Session, *, workspace_id: int, name: str | None) -> int | None:
    """The vertical of that name, made if the workspace has none such; None for no name."""
    if not name or not name_key(name):
        return None
    key = {"workspace_id": workspace_id, "key": name_key(name)}
    made = insert_once(session, Vertical, key | {"name": name}, unique=["workspace_id", "key"])
    return made or session.exec(select(Vertical.id).filter_by(**key)).one()


def verticals(session: Session, *, workspace_id: int) -> list[Vertical]:
    """The workspace's verticals by name."""
    return list(
        session.exec(select(Vertical).where(Vertical.workspace_id == workspace_id).order_by(col(Vertical.name)))
    )


def vertical(session: Session, *, workspace_id: int, vertical_id: int) -> Vertical | None:
    """The vertical, if it is one of this workspace."""
    return session.exec(
        select(Vertical).where(Vertical.workspace_id == workspace_id, Vertical.id == vertical_id)
    ).one_or_none()


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


def owners(session: Session, *, workspace_id: int) -> list[str]:
    """Everyone who tends an active partner."""
    found = session.exec(
        select(Partner.owner)
        .where(
            Partner.workspace_id == workspace_id,
            Partner.status == "active",
            col(Partner.owner).is_not(None),
            col(Partner.merged_into_id).is_(None),
        )
        .distinct()
        .order_by(col(Partner.owner))
    )
    return [owner for owner in found if owner]


def rested(session: Session, *, workspace_id: int, day: date) -> list[Partner]:
    """The paused partners whose pause ended by `day`."""
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


def vertical_name(session: Session, *, partner: Partner) -> str | None:
    """The name of a partner's vertical."""
    return None if partner.vertical_id is None else session.get_one(Vertical, partner.vertical_id).name


def add_many(
    session: Session,
    *,
    workspace_id: int,
    rows: Sequence[Mapping[str, Any]],
    batch_id: int | None,
    by: str,
    now: datetime,
) -> list[int]:
    """Add the partners of an import, whose names are known to be free; their ids in the same order.

    Each row names the same columns of `Partner`, those of the import itself left out.
    """
    if not rows:  # without any, the insert would be of one empty row
        return []
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "created_by": by, "created_at": now}
    added = session.scalars(
        insert(Partner).returning(col(Partner.id), sort_by_parameter_order=True), [{**row, **same} for row in rows]
    )
    looks.soon(session, workspace_id=workspace_id)
    ids = [int(partner_id) for partner_id in added if partner_id is not None]
    official = [(partner_id, row["name"], False) for partner_id, row in zip(ids, rows, strict=True)]
    name_many(session, workspace_id=workspace_id, names=official)
    return ids


def name_many(session: Session, *, workspace_id: int, names: Sequence[tuple[int, str, bool]]) -> None:
    """Give partners names that are known to be free: partner, name, whether it is an alias."""
    rows = [
        {"workspace_id": workspace_id, "partner_id": of, "key": name_key(name), "name": name, "is_alias": is_alias}
        for of, name, is_alias in names
    ]
    if rows:
        session.execute(insert(PartnerName), rows)


def all_of(session: Session, *, workspace_id: int) -> Sequence[Partner]:
    """Every partner of the workspace, whatever its status, but for merged ones: for imports, which look up many."""
    mine = select(Partner).where(Partner.workspace_id == workspace_id, col(Partner.merged_into_id).is_(None))
    return session.exec(mine.order_by(col(Partner.id))).all()
