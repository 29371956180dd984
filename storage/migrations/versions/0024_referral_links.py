"""Links by which partners refer people to us, and whom they referred."""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def _of_partner(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id_workspace")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f(f"fk_{table}_workspace_id_partner_id_partner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "referral_link",
        *_of_partner("referral_link"),
        sa.Column("contact", TEXT(), nullable=False),
        sa.Column("secret_hash", TEXT(), nullable=False),
        sa.Column("asked_by", TEXT(), nullable=False),
        sa.Column("asked_at", INSTANT(), nullable=False),
        sa.Column("expires_at", INSTANT(), nullable=False),
        sa.Column("withdrawn_at", INSTANT(), nullable=True),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_referral_link_workspace_id_id")),
    )
    op.create_index(op.f("ix_referral_link_workspace_id_partner_id"), "referral_link", ["workspace_id", "partner_id"])
    op.create_table(
        "offered_referral",
        *_of_partner("offered_referral"),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("form_key", TEXT(length=32), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("reach", TEXT(), nullable=True),
        sa.Column("note", TEXT(), nullable=True),
        sa.Column("came_at", INSTANT(), nullable=False),
        sa.Column("decided_at", INSTANT(), nullable=True),
        sa.Column("decided_by", TEXT(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "link_id"],
            ["referral_link.workspace_id", "referral_link.id"],
            name=op.f("fk_offered_referral_workspace_id_link_id_referral_link"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_offered_referral_activity_id_activity")
        ),
        sa.UniqueConstraint("link_id", "form_key", name=op.f("uq_offered_referral_link_id_form_key")),
    )
    op.create_index(
        op.f("ix_offered_referral_workspace_id_partner_id"), "offered_referral", ["workspace_id", "partner_id"]
    )
    op.create_index(op.f("ix_offered_referral_activity_id"), "offered_referral", ["activity_id"])
