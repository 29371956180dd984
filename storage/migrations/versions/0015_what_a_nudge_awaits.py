"""Which partners in a nudge nobody has acted on since."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("awaits", sa.String(), nullable=True))
