"""A partner has an id in each of several systems; and what a file last said of a row that people edited.

A partner's one id moves to a table of ids, and so does what imports noted of it to undo themselves.
"""

import json
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OLD_INDEX = "ix_partner_workspace_id_external_source_external_id"
NAME = "partner_external_id"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f(f"fk_{NAME}_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{NAME}_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint(
            "workspace_id", "source", "external_id", name=op.f(f"uq_{NAME}_workspace_id_source_external_id")
        ),
    )
    op.create_index(op.f(f"ix_{NAME}_workspace_id_partner_id"), NAME, ["workspace_id", "partner_id"])
    op.add_column("activity", sa.Column("file_values", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    _move_ids()
    _rewrite_journals()
    op.drop_index(OLD_INDEX, table_name="partner")
    op.drop_column("partner", "external_source")
    op.drop_column("partner", "external_id")


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), sa.column("workspace_id"), *map(sa.column, columns))


def _move_ids() -> None:
    partner = _table("partner", "external_source", "external_id")
    ids = _table(NAME, "partner_id", "source", "external_id")
    stored = sa.select(partner.c.workspace_id, partner.c.id, partner.c.external_source, partner.c.external_id)
    stored = stored.where(partner.c.external_id.is_not(None)).order_by(partner.c.id)
    op.get_bind().execute(ids.insert().from_select(["workspace_id", "partner_id", "source", "external_id"], stored))


def _rewrite_journals() -> None:
    bind = op.get_bind()
    ids, batch = _table(NAME, "partner_id"), _table("import_batch", "journal")
    id_of = {row.partner_id: row.id for row in bind.execute(sa.select(ids.c.partner_id, ids.c.id))}
    for row in bind.execute(sa.select(batch).where(batch.c.journal.like("%external_%"))).mappings().all():
        try:
            journal = json.loads(row["journal"])
        except ValueError:
            continue
        values = {"journal": json.dumps(_rewritten(journal, id_of))}
        bind.execute(batch.update().where(batch.c.id == row["id"]).values(**values))


def _rewritten(journal: dict[str, Any], id_of: dict[int, int]) -> dict[str, Any]:
    """An id that was filled is one that the import added; one that got its source is a changed cell of the new table."""
    moved = {"external_id", "external_source"}
    cells, added = [], []
    filled = {cell[1] for cell in journal["cells"] if (cell[0], cell[2], cell[3]) == ("partner", "external_id", None)}
    for table, row_id, name, old, new in journal["cells"]:
        if table != "partner" or name not in moved:
            cells.append([table, row_id, name, old, new])
        elif row_id in filled:
            if row_id in id_of and id_of[row_id] not in added:
                added.append(id_of[row_id])
        elif name == "external_source" and row_id in id_of:
            cells.append([NAME, id_of[row_id], "source", old, new])
    return journal | {"cells": cells, "ids": added}
