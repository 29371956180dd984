"""Links by which a partner's contact says how far they trust us."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trust_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("contact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secret_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("rating_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_trust_question_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_trust_question_workspace_id_workspace")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["trust_rating.id"], name=op.f("fk_trust_question_rating_id_trust_rating")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_question")),
    )
    with op.batch_alter_table("trust_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trust_question_workspace_id_partner_id"), ["workspace_id", "partner_id"], unique=False
        )
