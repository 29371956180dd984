"""Attempts to reach a partner, what partners promised us, notes on leads, spellings that were learnt, and rows that were
brought up to date, with the way back."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "('referral', 'strategic_referral', 'collaboration', 'event', 'cross_promotion', 'meeting', 'attempt')"


def upgrade() -> None:
    given = _ids_given()
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_activity_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_activity_kind"), f"kind IN {KINDS}")
        batch_op.add_column(sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("next_step", sa.Column("side", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.execute("UPDATE next_step SET side = 'us'")  # until now only what we promised was kept
    with op.batch_alter_table("next_step", schema=None) as batch_op:
        batch_op.alter_column("side", existing_type=sqlmodel.sql.sqltypes.AutoString(), nullable=False)
        batch_op.create_check_constraint(batch_op.f("ck_next_step_side"), "side IN ('us', 'them')")
    _give_none_twice(given)
    _spellings()
    _amendments()


def _spellings() -> None:
    op.create_table(
        "partner_spelling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("spelling", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("learnt_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("learnt_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_partner_spelling_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_partner_spelling_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_spelling")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_partner_spelling_workspace_id_key")),
    )
    op.create_index(
        op.f("ix_partner_spelling_workspace_id_partner_id"), "partner_spelling", ["workspace_id", "partner_id"]
    )


def _amendments() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("before", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("amended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("amended_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("undone_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("undone_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("another_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("subject IN ('activity', 'trust_rating', 'next_step')", name=op.f("ck_amendment_subject")),
        sa.ForeignKeyConstraint(["another_id"], ["activity.id"], name=op.f("fk_amendment_another_id_activity")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f("fk_amendment_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_amendment_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    for columns in (
        ["workspace_id", "partner_id"],
        ["workspace_id", "subject", "subject_id"],
        ["workspace_id", "amended_by", "amended_at"],
        ["another_id"],
    ):
        op.create_index(op.f(f"ix_amendment_{'_'.join(columns)}"), "amendment", columns)


def _ids_given() -> dict[str, int]:
    """The highest id that was ever given in the tables that SQLite makes anew; it would count from those that are left."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return {}
    asked = sa.text("SELECT name, seq FROM sqlite_sequence WHERE name IN ('activity', 'next_step')")
    if bind.execute(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).first() is None:
        return {}
    return {name: seq for name, seq in bind.execute(asked)}


def _give_none_twice(given: dict[str, int]) -> None:
    for name, seq in given.items():
        kept = {"name": name, "seq": seq}
        bind = op.get_bind()
        bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), kept)
        bind.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), kept)
