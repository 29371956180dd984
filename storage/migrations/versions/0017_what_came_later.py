"""From when until when what was shown names other rows; and a merged partner's pauses given back to it."""

import json

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MAX_IDS = 5_000  # both databases limit the number of values in a statement


def upgrade() -> None:
    for name in ("stale_from", "stale_until"):
        op.add_column("workspace", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    _give_back_pauses()


def _give_back_pauses() -> None:
    """What was noted of a merged partner's status was moved to the other, whose own past it then seemed to be."""
    bind = op.get_bind()
    merge = sa.table(
        "partner_merge",
        *(sa.column(name) for name in ("id", "workspace_id", "partner_id", "moved", "undone_at")),
    )
    change = sa.table("change", *(sa.column(name) for name in ("id", "workspace_id", "subject", "subject_id", "field")))
    rows = bind.execute(sa.select(merge).where(merge.c.undone_at.is_(None)).order_by(merge.c.id)).all()
    for row in reversed(rows):  # the latest first, so that what was moved twice ends where it began
        ids = json.loads(row.moved).get("change", [])
        for begin in range(0, len(ids), MAX_IDS):
            bind.execute(
                change.update()
                .where(
                    change.c.workspace_id == row.workspace_id,
                    change.c.subject == "partner",
                    change.c.field == "status",
                    change.c.id.in_(ids[begin : begin + MAX_IDS]),
                )
                .values(subject_id=row.partner_id)
            )
