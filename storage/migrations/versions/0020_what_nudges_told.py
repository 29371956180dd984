"""What nudges told, kept to see what came of it; and which signals a team has switched off."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0020"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "workspace",
        sa.Column("signals_off", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=sa.text("''")),
    )
    op.create_table(
        "nudged_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("signal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("told_to", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_nudged_signal_delivery_id_delivery")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_nudged_signal_workspace_id_workspace")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_nudged_signal_workspace_id_partner_id_partner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudged_signal")),
        sa.UniqueConstraint(
            "delivery_id", "partner_id", "signal", name=op.f("uq_nudged_signal_delivery_id_partner_id_signal")
        ),
    )
    op.create_index(op.f("ix_nudged_signal_workspace_id_partner_id"), "nudged_signal", ["workspace_id", "partner_id"])
    op.create_index(op.f("ix_nudged_signal_workspace_id_told_on"), "nudged_signal", ["workspace_id", "told_on"])
    _keep_latest()


def _keep_latest() -> None:
    """Until now only the last telling of each signal that still holds was noted."""
    bind = op.get_bind()
    columns = ("workspace_id", "partner_id", "signal", "told_to", "told_on", "delivery_id")
    notice = sa.table("signal_notice", *(sa.column(name) for name in (*columns, "times")))
    log = sa.table("nudged_signal", *(sa.column(name) for name in columns))
    told = sa.select(*(notice.c[name] for name in columns)).where(
        notice.c.times > 0, notice.c.told_to != "#digest", ~notice.c.signal.contains(":")
    )
    bind.execute(log.insert().from_select(list(columns), told))
