"""Webhooks: endpoints, what is to be sent to them, and what was last known of partners."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("host", TEXT(), nullable=False),
        sa.Column("sealed", TEXT(), nullable=False),
        sa.Column("events", TEXT(), nullable=False),
        sa.Column("made_at", INSTANT(), nullable=False),
        sa.Column("made_by", TEXT(), nullable=False),
        sa.Column("leased_until", INSTANT(), nullable=True),
        sa.Column("delivered_at", INSTANT(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT(), nullable=True),
        sa.Column("paused_at", INSTANT(), nullable=True),
        sa.Column("paused_by", TEXT(), nullable=True),
        sa.Column("removed_at", INSTANT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_webhook_endpoint_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_webhook_endpoint_workspace_id_id")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("message_id", TEXT(), nullable=False),
        sa.Column("event", TEXT(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=True),
        sa.Column("body", TEXT(), nullable=False),
        sa.Column("made_at", INSTANT(), nullable=False),
        sa.Column("due_at", INSTANT(), nullable=False),
        sa.Column("state", TEXT(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT(), nullable=True),
        sa.Column("ended_at", INSTANT(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'dead')", name=op.f("ck_webhook_delivery_state")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "endpoint_id"],
            ["webhook_endpoint.workspace_id", "webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_workspace_id_endpoint_id_webhook_endpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_webhook_delivery_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("endpoint_id", "message_id", name=op.f("uq_webhook_delivery_endpoint_id_message_id")),
    )
    op.create_index(
        op.f("ix_webhook_delivery_workspace_id_endpoint_id_state_due_at"),
        "webhook_delivery",
        ["workspace_id", "endpoint_id", "state", "due_at"],
    )
    op.create_index(
        op.f("ix_webhook_delivery_workspace_id_endpoint_id_lane_state"),
        "webhook_delivery",
        ["workspace_id", "endpoint_id", "lane", "state"],
    )
    op.create_index(op.f("ix_webhook_delivery_made_at"), "webhook_delivery", ["made_at"])
    op.create_table(
        "webhook_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("known", TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_webhook_watch_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_watch")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_webhook_watch_workspace_id")),
    )
