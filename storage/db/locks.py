"""The one order in which transactions lock, so that no two wait for each other.

1. What makes a request count once: `seen_request`, `idempotency_key`, `delivery`.
2. The workspace's turn (`take_turn`), by whatever moves rows between partners or needs all of them: merges, imports and
   what undoes them. An organisation's (`take_organisations_turn`), by whatever changes its installation or what that
   covers; it takes no workspace's, and locks the rows of its workspaces by id.
3. Partners (`lock_partners`): all that the transaction needs, by id.
4. What belongs to these partners (`get_of_partner`). Nothing of a partner is locked or changed before its partner.
5. The workspace's own row. `writing` clears its `look_at` last.

SQLite has one writer at a time, so that nothing is locked there. What two transactions add under the same unique names
in opposite orders cannot be put in order beforehand: PostgreSQL refuses one, and `storage.db.retry` runs it again.
"""

from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows
from sqlmodel.sql.expression import SelectOfScalar

from storage.db.engine import for_update, needs_locks
from storage.tables import Partner

TURNS = 7_363_654
"""The first of the two numbers of a turn's advisory lock; the second is the workspace's id."""
ORGANISATIONS = 7_363_655
"""The same for organisations; the second number is a hash of the organisation's id."""


class OfPartner(Protocol):
    """A row that belongs to a partner."""

    workspace_id: int
    partner_id: int


Row = TypeVar("Row", bound=OfPartner)


def take_turn(session: Session, *, workspace_id: int) -> None:
    """Block other merges and imports in the workspace until the transaction ends.

    An import looks up all names before it writes. Without the lock, a partner could be merged in between, and its new
    rows would be in nobody's score.
    """
    if needs_locks(session):
        session.execute(select(func.pg_advisory_xact_lock(TURNS, workspace_id)))


def take_organisations_turn(session: Session, *, enterprise_id: str) -> None:
    """Block whatever else changes an organisation's installation, or what it covers, until the transaction ends."""
    if needs_locks(session):
        session.execute(select(func.pg_advisory_xact_lock(ORGANISATIONS, func.hashtext(enterprise_id))))


def lock_partners(session: Session, *, workspace_id: int, partner_ids: Collection[int]) -> None:
    """Lock partners until the transaction ends; in place of a merged one, the one that it was merged into."""
    if not needs_locks(session):
        return
    wanted = set(partner_ids)
    while wanted:
        found = select(col(Partner.id)).where(
            col(Partner.workspace_id) == workspace_id,
            col(Partner.id).in_(wanted),
            col(Partner.merged_into_id).is_(None),
        )
        wanted -= set(session.scalars(for_update(session, found.order_by(col(Partner.id)))))
        # What is left was merged, or is none of this workspace.
        stand_ins = {
            partner_id: resolve_merged_id(session, workspace_id=workspace_id, partner_id=partner_id)
            for partner_id in wanted
        }
        wanted = {into for partner_id, into in stand_ins.items() if into != partner_id}


def lock_all_partners(session: Session, *, workspace_id: int) -> None:
    """Lock every partner of the workspace until the transaction ends."""
    if needs_locks(session):
        ids = select(col(Partner.id)).where(col(Partner.workspace_id) == workspace_id).order_by(col(Partner.id))
        session.execute(for_update(session, ids)).all()


def resolve_merged_id(session: Session, *, workspace_id: int, partner_id: int) -> int:
    """Return the partner that an id stands for, following all merges."""
    while True:
        merged = select_rows(Partner.merged_into_id).where(
            Partner.workspace_id == workspace_id, Partner.id == partner_id
        )
        into = session.exec(merged).one_or_none()
        if into is None:
            return partner_id
        partner_id = into


def _own_partner(row: Any) -> Collection[int]:
    return (row.partner_id,)


def get_of_partner(
    session: Session, query: SelectOfScalar[Row], partners_of: Callable[[Row], Collection[int]] = _own_partner
) -> Row | None:
    """Return the one row that a query selects, if any. A write transaction locks its partner, and then the row.

    `partners_of` names all partners that the transaction needs for the row, by default its own.
    """
    if not needs_locks(session):
        return session.exec(query).one_or_none()
    fresh = query.execution_options(populate_existing=True)
    while (row := session.exec(fresh).one_or_none()) is not None:
        partner_ids = partners_of(row)
        lock_partners(session, workspace_id=row.workspace_id, partner_ids=partner_ids)
        row = session.exec(for_update(session, fresh)).one_or_none()
        if row is None or set(partner_ids).issuperset(partners_of(row)):
            return row  # it did not move to another partner meanwhile
    return None
