"""What tables are made with: the class of all rows, how constraints are named, and those that many tables have."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, text
from sqlmodel import SQLModel

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING_CONVENTION


class Base(SQLModel, defer_build=True):
    """What all rows have in common: it is the database that checks them, so that no validator is built.

    An id is never given twice, though its row was deleted: what names it (a button, a merge, a journal) must not come
    to mean another row. SQLite does so where it is told to, which `migrations/env.py` does for each new table.
    """


def check_in(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """A column holds one of these words. A check holds for NULL, so that an optional column may be empty."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def partner_key() -> ForeignKeyConstraint:
    """A row of a partner names its workspace too, so that the database itself refuses a crossing."""
    return ForeignKeyConstraint(["workspace_id", "partner_id"], ["partner.workspace_id", "partner.id"])


def partial_index(condition: str) -> dict[str, Any]:
    """An index over some rows only. PostgreSQL learns it from the migrations: if it were named here too, each process
    would load PostgreSQL's dialect, 3 MB, whatever its database is."""
    return {"sqlite_where": text(condition)}
