"""Briefs that are sent before a meeting of whoever wants them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_delivery_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_delivery_kind"), "kind IN ('nudge', 'digest', 'brief')")
    # Nobody who gave their calendar before was told of briefs.
    op.add_column("calendar_source", sa.Column("sends_briefs", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_calendar_meeting_starts_at"), "calendar_meeting", ["starts_at"])
