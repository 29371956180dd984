"""Calendars that count as contact, and their meetings with partners."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "calendar_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", TEXT(length=32), nullable=False),
        sa.Column("sealed", TEXT(), nullable=False),
        sa.Column("added_at", INSTANT(), nullable=False),
        sa.Column("due_at", INSTANT(), nullable=False),
        sa.Column("etag", TEXT(), nullable=True),
        sa.Column("read_at", INSTANT(), nullable=True),
        sa.Column("full_at", INSTANT(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_calendar_source_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_source")),
        sa.UniqueConstraint("workspace_id", "user_id", name=op.f("uq_calendar_source_workspace_id_user_id")),
    )
    op.create_index(op.f("ix_calendar_source_due_at"), "calendar_source", ["due_at"])
    op.create_table(
        "calendar_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", TEXT(length=32), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(length=64), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("starts_at", INSTANT(), nullable=False),
        sa.Column("ends_at", INSTANT(), nullable=False),
        sa.Column("counted_at", INSTANT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_calendar_meeting_workspace_id_workspace")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_calendar_meeting_workspace_id_partner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_meeting")),
    )
    op.create_index(op.f("ix_calendar_meeting_workspace_id_user_id"), "calendar_meeting", ["workspace_id", "user_id"])
    op.create_index(
        op.f("ix_calendar_meeting_workspace_id_partner_id_occurred_on"),
        "calendar_meeting",
        ["workspace_id", "partner_id", "occurred_on"],
    )
