"""Connections to CRMs, read on a schedule."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "crm_connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("system", TEXT(length=16), nullable=False),
        sa.Column("sealed", TEXT(), nullable=False),
        sa.Column("options", TEXT(), nullable=False),
        sa.Column("fields_to_write", TEXT(), nullable=False),
        sa.Column("added_by", TEXT(), nullable=False),
        sa.Column("added_at", INSTANT(), nullable=False),
        sa.Column("due_at", INSTANT(), nullable=False),
        sa.Column("previewed_at", INSTANT(), nullable=True),
        sa.Column("confirmed_at", INSTANT(), nullable=True),
        sa.Column("leased_at", INSTANT(), nullable=True),
        sa.Column("cursor_at", INSTANT(), nullable=True),
        sa.Column("full_at", INSTANT(), nullable=True),
        sa.Column("read_at", INSTANT(), nullable=True),
        sa.Column("written_at", INSTANT(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT(), nullable=True),
        sa.Column("write_problem", TEXT(), nullable=True),
        sa.Column("report", TEXT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_crm_connection_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_connection")),
        sa.UniqueConstraint("workspace_id", "system", name=op.f("uq_crm_connection_workspace_id_system")),
    )
    op.create_index(op.f("ix_crm_connection_due_at"), "crm_connection", ["due_at"])
