"""Shared by all tables: the base class, constraint names and common constraints."""

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
    """Base class of all rows. The database checks values, so pydantic validation is off.

    Ids are never reused, not even after a deletion, since buttons, merges and journals refer to them. SQLite needs
    AUTOINCREMENT for that, which `migrations/env.py` sets for each new table.
    """


def check_in(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """Return a check that a column holds one of these words. NULL passes, so an optional column may be empty."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def partner_key() -> ForeignKeyConstraint:
    """Return the foreign key to a partner, including the workspace, so that the database rejects cross-workspace
    references.
    """
    return ForeignKeyConstraint(["workspace_id", "partner_id"], ["partner.workspace_id", "partner.id"])


def partial_index(condition: str) -> dict[str, Any]:
    """Return an index over some rows only. PostgreSQL gets its condition from the migrations: naming it here too would
    load PostgreSQL's dialect (3 MB) in every process.
    """
    return {"sqlite_where": text(condition)}
