"""Indexes by which the database finds what points to a row that is deleted.

Without them it reads through a whole table for each of the rows of an import that is taken back. That of the sums is
over all rows now, voided ones too, so that it serves for this as well; what was voided is told from it.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SUMS = "ix_activity_sums"
SUMMED = ["workspace_id", "partner_id", "occurred_on", "kind", "direction", "count"]
POINTING = (
    ("next_step", ["activity_id"]),
    ("trust_question", ["rating_id"]),
    ("signal_notice", ["delivery_id"]),
    ("partner", ["batch_id"]),
    ("partner", ["workspace_id", "vertical_id"]),
    ("partner", ["workspace_id", "merged_into_id"]),
    ("partner_merge", ["workspace_id", "partner_id"]),
)


def upgrade() -> None:
    op.drop_index(SUMS, table_name="activity")
    op.create_index(SUMS, "activity", [*SUMMED, "voided_at"])
    for table, columns in POINTING:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
