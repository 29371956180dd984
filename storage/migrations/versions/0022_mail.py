"""People's private mail addresses, and which mails were taken."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "mail_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", TEXT(length=32), nullable=False),
        sa.Column("token_hash", TEXT(), nullable=False),
        sa.Column("made_at", INSTANT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_mail_address_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_address_token_hash")),
        sa.UniqueConstraint("workspace_id", "user_id", name=op.f("uq_mail_address_workspace_id_user_id")),
    )
    op.create_table(
        "mail_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(length=64), nullable=False),
        sa.Column("taken_at", INSTANT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_mail_receipt_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_receipt")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_mail_receipt_workspace_id_key")),
    )
    op.create_index(op.f("ix_mail_receipt_taken_at"), "mail_receipt", ["taken_at"])
