"""A workspace in a fresh database, with a folder for the files that are imported into it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import SQLModel

from bot.importing import ImportOptions, Mapping, Report, load_mapping, run_import
from bot.workspace.team import Team
from storage.db.engine import make_engine, reading, writing
from storage.imports.rollback import Blocker, roll_back
from storage.workspaces import workspaces
from tests.templates import copied

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """Its day is 22 November 2026, its money pounds unless said otherwise."""

    engine: Engine
    team: Team
    folder: Path

    def paid_in(self, currency: str) -> "Office":
        return replace(self, team=replace(self.team, currency=currency))

    def write(self, text: str | bytes, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def mapping(self, text: str) -> Mapping:
        return load_mapping(self.write(text, "map.toml"))

    def take(self, kind: str, text: str | bytes, mapping: str | None = None, **how: Any) -> Report:
        return run_import(
            self.engine,
            team=self.team,
            path=self.write(text),
            options=ImportOptions(
                kind=kind,
                mapping=None if mapping is None else self.mapping(mapping),
                by=how.pop("by", "U1"),
                now=how.pop("now", NOW),
                **how,
            ),
        )

    def undo(self, batch_id: int | None) -> list[Blocker] | None:
        """What stands in the way of taking an import back; None if there is no such import to take back."""
        assert batch_id is not None
        with writing(self.engine) as session:
            return roll_back(session, workspace_id=self.team.id, batch_id=batch_id, now=NOW)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, by id."""
        found = SQLModel.metadata.tables[table]
        with reading(self.engine) as session:
            return [dict(row._mapping) for row in session.execute(found.select().order_by(found.c.id))]

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that is in the database."""
        return {name: self.rows(name) for name in SQLModel.metadata.tables}


def open_office(folder: Path) -> Office:
    """A new workspace in a new database in that folder."""
    engine = make_engine(copied(folder / "tend.db"))
    with writing(engine) as session:
        team = Team.of(workspaces.get_or_create_unconnected(session, now=NOW))
    return Office(engine, team, folder)
