"""Between which instants the last try of a delivery may have been posted, and when to read on."""

from datetime import timedelta

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sqlmodel.sql.sqltypes.UTCDateTime
DAY = timedelta(days=1)


def upgrade() -> None:
    op.add_column("delivery", sa.Column("posting_since", INSTANT(), nullable=True))
    op.add_column("delivery", sa.Column("posting_until", INSTANT(), nullable=True))
    op.add_column("delivery", sa.Column("look_at", INSTANT(), nullable=True))
    op.add_column("delivery", sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
    _allow_for_open_deliveries()


def _allow_for_open_deliveries() -> None:
    """Any try of those left unfinished may have been posted, by a clock that may have differed by a day."""
    delivery = sa.table(
        "delivery",
        sa.column("id", sa.Integer),
        sa.column("state", sa.String),
        sa.column("first_claimed_at", INSTANT()),
        sa.column("claimed_at", INSTANT()),
        sa.column("posting_since", INSTANT()),
        sa.column("posting_until", INSTANT()),
    )
    connection = op.get_bind()
    open_rows = connection.execute(
        sa.select(delivery.c.id, delivery.c.first_claimed_at, delivery.c.claimed_at).where(
            delivery.c.state.in_(("claimed", "retry"))
        )
    ).all()
    for id, first, last in open_rows:
        connection.execute(
            delivery.update().where(delivery.c.id == id).values(posting_since=first - DAY, posting_until=last + DAY)
        )
