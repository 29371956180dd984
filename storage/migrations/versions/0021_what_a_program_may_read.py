"""Whether a program may read what judges a partner."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("integration", sa.Column("reads_scores", sa.Boolean(), nullable=False, server_default=sa.true()))
