"""Names and aliases of partners, unique within a workspace."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, union_all
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.db import statements
from storage.db.upsert import insert_once
from storage.name_key import TWIN, name_key, twin_key
from storage.partners import spellings as learnt_spellings
from storage.tables import AuditEntry, Partner, PartnerName, PartnerSpelling


class NameTaken(Exception):
    """Another partner of the workspace has that name."""

    def __init__(self, name: str, partner_id: int) -> None:
        super().__init__(name)
        self.name, self.partner_id = name, partner_id


_NAME = statements.table_of(PartnerName).c
_NAME_QUERY = select_columns(_NAME.key, _NAME.partner_id).where(
    _NAME.workspace_id == bindparam("workspace"), _NAME.key.in_(bindparam("keys", expanding=True))
)

_LEARNT = statements.table_of(PartnerSpelling).c
_CHANGE = statements.table_of(AuditEntry).c
# Names come last, and so stand over what was learnt.
_MEANT = union_all(
    select_columns(_LEARNT.key, _LEARNT.partner_id, literal(0).label("is_name")).where(
        _LEARNT.workspace_id == bindparam("workspace"), _LEARNT.key.in_(bindparam("keys", expanding=True))
    ),
    _NAME_QUERY.add_columns(literal(1).label("is_name")),
).order_by("is_name")


def find_name(
    session: Session, *, workspace_id: int, spellings: Sequence[str], learnt: bool = False
) -> tuple[str, int] | None:
    """Return the first of these spellings that names a partner, with the partner's id. With `learnt`, include learnt
    spellings. Of two partners with one name, exactly its own spelling finds the later one.
    """
    keys = [(twin_key(spelling), name_key(spelling)) for spelling in spellings]
    values = {"workspace": workspace_id, "keys": list({key for both in keys for key in both})}
    ids_by_key = {
        row.key: row.partner_id for row in statements.execute(session, _MEANT if learnt else _NAME_QUERY, values)
    }
    found = (
        (text, ids_by_key.get(twin) or ids_by_key.get(key)) for text, (twin, key) in zip(spellings, keys, strict=True)
    )
    return next(((text, partner_id) for text, partner_id in found if partner_id is not None), None)


def twins(session: Session, *, workspace_id: int) -> list[tuple[int, str, int, str]]:
    """Return the partners that have one name with an earlier one: id and name of the later, then of the earlier."""
    rows = session.exec(
        select(PartnerName).where(
            PartnerName.workspace_id == workspace_id, col(PartnerName.key).startswith(TWIN, autoescape=True)
        )
    ).all()
    found: dict[tuple[int, int], None] = {}
    for row in rows:
        earlier = session.exec(
            select(PartnerName.partner_id).where(
                PartnerName.workspace_id == workspace_id, PartnerName.key == name_key(row.name)
            )
        ).one_or_none()
        if earlier is not None and earlier != row.partner_id:
            found[row.partner_id, earlier] = None
    names = dict(session.exec(select(Partner.id, Partner.name).where(Partner.workspace_id == workspace_id)).all())
    return [(later, names[later], earlier, names[earlier]) for later, earlier in found]


def list_names(session: Session, *, workspace_id: int) -> list[tuple[str, int]]:
    """Return every name and alias of the workspace with its partner's id."""
    return list(
        session.exec(select(PartnerName.name, PartnerName.partner_id).where(PartnerName.workspace_id == workspace_id))
    )


def list_names_with_kind(session: Session, *, workspace_id: int) -> list[tuple[str, int, bool]]:
    """Return every name in the workspace with its partner's id, and whether it is an alias."""
    wanted = select(PartnerName.name, PartnerName.partner_id, PartnerName.is_alias)
    return list(session.exec(wanted.where(PartnerName.workspace_id == workspace_id)))


_WORKSPACE: Any = bindparam("workspace")


def _of_names(asked: Any) -> Any:
    return select_columns(asked).where(_NAME.workspace_id == _WORKSPACE).scalar_subquery()


def _of_learnt(asked: Any) -> Any:
    return select_columns(asked).where(_LEARNT.workspace_id == _WORKSPACE).scalar_subquery()


_LAST_CHANGE = select_columns(func.max(_CHANGE.id)).where(
    _CHANGE.workspace_id == _WORKSPACE, _CHANGE.subject == "partner"
)
_VERSION = select_columns(
    _of_names(func.count(_NAME.id)).label("names"),
    _of_names(func.max(_NAME.id)).label("last_name"),
    _of_learnt(func.count(_LEARNT.id)).label("learnt"),
    _of_learnt(func.max(_LEARNT.id)).label("last_learnt"),
    _LAST_CHANGE.scalar_subquery().label("last_change"),
)


def version(session: Session, *, workspace_id: int) -> tuple[int | None, ...]:
    """Return a value that differs after any change of a name or spelling in the workspace.

    It needs no column of its own, since each change is noted with its partner.
    """
    return tuple(statements.execute(session, _VERSION, {"workspace": workspace_id}).one())


def names_by_key(session: Session, *, workspace_id: int, learnt: bool = False) -> dict[str, int]:
    """Return every name and alias by name key with its partner's id, for imports, which look up many.

    With `learnt`, include learnt spellings.
    """
    named = dict(
        session.exec(
            select(PartnerName.key, PartnerName.partner_id).where(PartnerName.workspace_id == workspace_id)
        ).all()
    )
    return learnt_spellings.by_key(session, workspace_id=workspace_id) | named if learnt else named


def partner_names(session: Session, *, workspace_id: int, partner_id: int) -> list[PartnerName]:
    """Return the names of one partner, the official one first."""
    return list(
        session.exec(
            select(PartnerName)
            .where(PartnerName.workspace_id == workspace_id, PartnerName.partner_id == partner_id)
            .order_by(col(PartnerName.is_alias), col(PartnerName.id))
        )
    )


def add(session: Session, *, partner: Partner, name: str, is_alias: bool = False) -> None:
    """Add a name that was free when it was looked up.

    Raises:
        NameTaken: another transaction added it just before.
    """
    assert partner.id is not None  # only stored partners get names
    key = {"workspace_id": partner.workspace_id, "key": name_key(name)}
    values = key | {"partner_id": partner.id, "name": name, "is_alias": is_alias}
    if insert_once(session, PartnerName, values, unique=["workspace_id", "key"]) is None:
        owner = session.exec(select(PartnerName.partner_id).filter_by(**key)).one()
        raise NameTaken(name, owner)
    learnt_spellings.give_way(session, workspace_id=partner.workspace_id, keys=[name_key(name)])


def add_alias(session: Session, *, partner: Partner, alias: str) -> bool:
    """Add an alias. Return False if the partner has that name already.

    Raises:
        NameTaken: another partner has it.
    """
    if match := find_name(session, workspace_id=partner.workspace_id, spellings=[alias]):
        if match[1] != partner.id:
            raise NameTaken(alias, match[1])
        return False
    add(session, partner=partner, name=alias, is_alias=True)
    return True


def set_aliases(session: Session, *, partner: Partner, aliases: Collection[str]) -> None:
    """Replace a partner's aliases by these.

    Raises:
        NameTaken: another partner has one of them.
    """
    assert partner.id is not None  # only stored partners have names
    kept_keys = {name_key(alias) for alias in aliases}
    for existing in partner_names(session, workspace_id=partner.workspace_id, partner_id=partner.id):
        if existing.is_alias and existing.key not in kept_keys:
            session.delete(existing)
    session.flush()
    for alias in aliases:
        add_alias(session, partner=partner, alias=alias)


def rename(session: Session, *, partner: Partner, name: str) -> None:
    """Change a partner's official name. The old one stays as an alias, by which files and people still find it.

    Raises:
        NameTaken: another partner has it.
    """
    assert partner.id is not None  # only stored partners have names
    match = find_name(session, workspace_id=partner.workspace_id, spellings=[name])
    if match and match[1] != partner.id:
        raise NameTaken(name, match[1])
    for existing in partner_names(session, workspace_id=partner.workspace_id, partner_id=partner.id):
        if existing.key == name_key(name):
            session.delete(existing)
        elif not existing.is_alias:
            existing.is_alias = True
            session.add(existing)
    session.flush()
    partner.name = name
    session.add(partner)
    add(session, partner=partner, name=name)


def add_many(session: Session, *, workspace_id: int, names: Sequence[tuple[int, str, bool]]) -> None:
    """Add names that are known to be free: (partner, name, whether it is an alias)."""
    rows = [
        {
            "workspace_id": workspace_id,
            "partner_id": partner_id,
            "key": name_key(name),
            "name": name,
            "is_alias": is_alias,
        }
        for partner_id, name, is_alias in names
    ]
    if rows:
        session.execute(insert(PartnerName), rows)
        learnt_spellings.give_way(session, workspace_id=workspace_id, keys=[name_key(name) for _, name, _ in names])
