"""Whether a team learns its cadence from how often it speaks with each partner."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("learn_cadence", sa.Boolean(), nullable=False, server_default=sa.false()))
