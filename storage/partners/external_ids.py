"""The ids of partners in other systems. A partner may have several: one for each system, and those merged into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlmodel import Session, col, select

from storage.partners import partners
from storage.tables import Partner, PartnerExternalId


@dataclass(frozen=True, slots=True)
class StoredId:
    """An id in a source (None: not known which). `own_id` has it, and `partner_id` is whom that partner stands for."""

    id: int
    source: str | None
    external_id: str
    own_id: int
    partner_id: int


def list_ids(session: Session, *, workspace_id: int) -> list[StoredId]:
    """Return the ids of all partners, in the order in which they were stored."""
    ends = partners.resolve_all_merged(session, workspace_id=workspace_id)
    rows = session.exec(
        select(PartnerExternalId)
        .where(PartnerExternalId.workspace_id == workspace_id)
        .order_by(col(PartnerExternalId.id))
    )
    return [
        StoredId(row.id or 0, row.source, row.external_id, row.partner_id, ends.get(row.partner_id, row.partner_id))
        for row in rows
    ]


def find_partner(session: Session, *, workspace_id: int, source: str | None, external_id: str) -> Partner | None:
    """Return the partner with that id in a source (None: not known which), or the one that it was merged into."""
    row = _find(session, workspace_id, source, external_id)
    return None if row is None else partners.get(session, workspace_id=workspace_id, partner_id=row.partner_id)


def add_many(session: Session, *, workspace_id: int, ids: Sequence[tuple[int, str | None, str]]) -> list[int]:
    """Give partners ids: (partner, source, id). Return the ids of the new rows."""
    if not ids:  # an insert without rows would add an empty row
        return []
    rows = [
        {"workspace_id": workspace_id, "partner_id": partner_id, "source": source, "external_id": external_id}
        for partner_id, source, external_id in ids
    ]
    query = insert(PartnerExternalId).returning(col(PartnerExternalId.id), sort_by_parameter_order=True)
    return [int(id) for id in session.scalars(query, rows) if id is not None]


def give_source(session: Session, *, workspace_id: int, source: str, external_id: str) -> int | None:
    """Note the source of an id that was stored without one. Return its row, or None if there is none."""
    row = _find(session, workspace_id, None, external_id)
    if row is None:
        return None
    row.source = source
    session.add(row)
    session.flush()
    return row.id


def _find(session: Session, workspace_id: int, source: str | None, external_id: str) -> PartnerExternalId | None:
    return session.exec(
        select(PartnerExternalId).where(
            PartnerExternalId.workspace_id == workspace_id,
            PartnerExternalId.source == source,
            PartnerExternalId.external_id == external_id,
        )
    ).first()
