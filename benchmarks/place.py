"""Sizes and databases of a benchmark run."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.ledgers import make
from storage.db.engine import make_engine
from storage.migrate import migrate


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes and rounds. `seconds` is the load time of servers; `commands` is how many they have
    answered at the first look at their memory; `idle` is the wait before memory is measured."""

    partners: int
    activities: int
    few_partners: int
    few_activities: int
    workspaces: int
    imported: int
    rounds: int
    calls: int
    commands: int
    seconds: float
    idle: float


FULL = Sizes(
    partners=10_000,
    activities=1_000_000,
    few_partners=10,
    few_activities=1_000,
    workspaces=10_000,
    imported=100_000,
    rounds=7,
    calls=100,
    commands=5_000,
    seconds=30,
    idle=4,
)
QUICK = Sizes(
    partners=400,
    activities=20_000,
    few_partners=10,
    few_activities=500,
    workspaces=200,
    imported=5_000,
    rounds=2,
    calls=15,
    commands=100,
    seconds=1,
    idle=1.5,
)
TINY = Sizes(
    partners=20,
    activities=400,
    few_partners=4,
    few_activities=80,
    workspaces=12,
    imported=50,
    rounds=1,
    calls=3,
    commands=20,
    seconds=0.2,
    idle=1,
)


@dataclass(slots=True)
class Place:
    """A folder for databases, and the sizes.

    `postgres` is the URL of a test server, if any. `packages` is a folder with packages that Tend does not depend on.
    Databases are created once and never change. Use `copy` to write.
    """

    folder: Path
    sizes: Sizes
    postgres: str | None = None
    packages: Path | None = None
    engines: list[Engine] = field(default_factory=list)
    known: set[Path] = field(default_factory=set)

    def ledger(self, *, partners: int, activities: int, workspaces: int = 1) -> Path:
        """Return a SQLite file with a ledger of the given size."""
        path = self.folder / f"ledger-{partners}-{activities}-{workspaces}.db"
        if not path.exists():
            half = path.with_suffix(".half")
            engine = make(f"sqlite:///{half}", partners=partners, activities=activities, workspaces=workspaces)
            engine.dispose()
            half.rename(path)
        elif path not in self.known:
            engine = make_engine(f"sqlite:///{path}")
            migrate(engine)  # it may have been kept by an earlier version
            engine.dispose()
        self.known.add(path)
        return path

    def copy(self, path: Path) -> Path:
        """Return a private copy to write to."""
        target = self.folder / f"copy-{len(list(self.folder.glob('copy-*.db')))}.db"
        shutil.copy(path, target)
        return target

    def open(self, path: Path) -> Engine:
        """Return an engine that `close` disposes."""
        engine = make_engine(f"sqlite:///{path}")
        self.engines.append(engine)
        return engine

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()
        for path in self.folder.glob("copy-*"):
            path.unlink()
