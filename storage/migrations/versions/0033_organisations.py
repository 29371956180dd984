"""Workspaces that an organisation's installation (Enterprise Grid) grants Tend."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Every workspace so far has an installation of its own.
    op.add_column("workspace", sa.Column("enterprise_id", sa.String(length=32), nullable=True))
    op.add_column("workspace", sa.Column("granted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index(op.f("ix_workspace_enterprise_id"), "workspace", ["enterprise_id"])
