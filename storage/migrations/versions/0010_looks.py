"""When each workspace is to be looked at next: a tick asks only for those."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("look_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index("ix_workspace_look_at", "workspace", ["look_at"])
    op.create_index("ix_workspace_uninstalled_at", "workspace", ["uninstalled_at"])
