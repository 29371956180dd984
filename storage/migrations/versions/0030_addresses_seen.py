"""Addresses at partners' domains that were seen in mail or calendars, and are nobody's yet."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "seen_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(length=64), nullable=False),
        sa.Column("address", TEXT(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_in", TEXT(length=16), nullable=False),
        sa.Column("refused_at", INSTANT(), nullable=True),
        sa.Column("refused_by", TEXT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_seen_address_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_seen_address_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen_address")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_seen_address_workspace_id_key")),
    )
    op.create_index(op.f("ix_seen_address_workspace_id_partner_id"), "seen_address", ["workspace_id", "partner_id"])
    op.create_index(op.f("ix_seen_address_seen_on"), "seen_address", ["seen_on"])
    # Nobody who gave their calendar or got an address before was told that people are offered.
    for table in ("calendar_source", "mail_address"):
        op.add_column(table, sa.Column("offers_people", sa.Boolean(), server_default=sa.false(), nullable=False))
