"""How often somebody was told of a signal, from when digests are due, and when an outcome was written down."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OUTCOMES = "ix_activity_outcomes"
COLUMNS = ["workspace_id", "outcome", "partner_id", "direction", "outcome_on", "value_minor"]
OVER = sa.text("voided_at IS NULL AND outcome IS NOT NULL")


def upgrade() -> None:
    op.add_column("signal_notice", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("workspace", sa.Column("digest_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("workspace", sa.Column("digest_begun_on", sa.Date(), nullable=True))
    op.add_column("activity", sa.Column("outcome_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.drop_index(OUTCOMES, table_name="activity")
    # What came to nothing is told from it alone, too.
    columns = [*COLUMNS, "kind", "occurred_on", "count"]
    op.create_index(OUTCOMES, "activity", columns, sqlite_where=OVER, postgresql_where=OVER)
