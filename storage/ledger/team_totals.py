"""The ledger summed over all partners, and over those who wrote it."""

from datetime import date, datetime

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from storage.db.statements import Of, table_of
from storage.ledger.activities import BY_API, OVERHEARD
from storage.ledger.partner_totals import of_partners
from storage.tables import Activity


def done_between(session: Session, *, workspace_id: int, after: date, until: date) -> dict[tuple[str, str], int]:
    """Sums of `count` over all partners in `(after, until]`, by kind and direction."""
    group = (col(Activity.kind), col(Activity.direction))
    query = (
        select_columns(*group, func.sum(col(Activity.count)))
        .where(
            col(Activity.workspace_id) == bindparam("workspace"),
            col(Activity.voided_at).is_(None),
            col(Activity.occurred_on) > after,
            col(Activity.occurred_on) <= until,
        )
        .group_by(*group)
    )
    # From partner to partner: else SQLite reads the whole ledger through the index that holds all this needs.
    found = session.execute(of_partners(query, table_of(Activity).c.partner_id, Of.ALL), {"workspace": workspace_id})
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
