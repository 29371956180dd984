"""Export a workspace, a partner or a person to a folder, with few rows in memory at a time."""

import csv
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, Table
from sqlmodel import Session

from bot.errors import TendError
from bot.exporting import csv_files
from bot.exporting.csv_escape import escape_formula
from bot.exporting.scope import OF_PERSON, ExportScope
from bot.workspace.team import Team
from storage.backup import workspace_dump
from storage.db.engine import reading

JSON_FILE = "everything.jsonl"
"""A header, one row per line, and a final line that proves the file is complete."""
DUMP_VERSION = 1
PROGRESS_STEP = 500  # rows between two calls of `progress`

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The number of exported rows and tables."""

    rows: int
    tables: int


def export_to(
    engine: Engine,
    *,
    team: Team,
    folder: Path,
    now: datetime,
    about: ExportScope | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """Export everything, or what concerns a partner or a person, to a folder that is empty or does not exist.

    `everything.jsonl` holds every row, and `tables/` the same as CSV. A full export also has the three files that `tend
    import` reads. All files show the database at the same instant.

    Raises:
        TendError: the folder is not empty or can't be written, or no row mentions the person.
    """
    about = about or ExportScope()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # other users of the machine must not read it
        if any(folder.iterdir()):
            raise TendError(f"{folder} is not empty; name a new folder.")
        with reading(engine) as session:
            if about.person is not None and not _mentions_person(session, team, about):
                raise TendError(f"Nothing to export for {about.person}: no row has that id or name.")
            (folder / "tables").mkdir(mode=0o700)
            return _write(session, team, folder, now, about, progress or (lambda _done, _total: None))
    except OSError as error:
        raise TendError(f"{folder} can't be written: {error.strerror}.") from error


def _mentions_person(session: Session, team: Team, about: ExportScope) -> bool:
    settings = workspace_dump.read_settings(session, workspace_id=team.id)
    if any(_mentions(about, value) for value in settings.values()):
        return True
    every = (
        workspace_dump.read_rows(session, workspace_id=team.id, table=table)
        for table in workspace_dump.workspace_tables()
    )
    return any(about.includes(row) for rows in every for row in rows)


def _write(
    session: Session, team: Team, folder: Path, now: datetime, about: ExportScope, progress: Progress
) -> ExportResult:
    total = _count_rows(session, team, about)
    rows_read = written = tables = 0
    persons_rows = _RowsOfPerson(about)
    names = csv_files.partner_names(session, team)
    with open(folder / JSON_FILE, "w", encoding="utf-8", newline="\n", opener=_private) as lines:
        _write_line(lines, _header(session, team, now, about))
        for table in workspace_dump.workspace_tables():
            before = written
            with _Sheet(folder / "tables" / f"{table.name}.csv") as sheet:
                for row in workspace_dump.read_rows(
                    session, workspace_id=team.id, table=table, partner_id=about.partner_id
                ):
                    rows_read += 1
                    if rows_read % PROGRESS_STEP == 0:
                        progress(rows_read, total)
                    if persons_rows.includes(table.name, row):
                        written += 1
                        _write_line(lines, {"table": table.name, "row": row})
                        sheet.put(_with_partner_name(table, row, names))
            tables += written > before
        _write_line(lines, {"end": True, "rows": written})
    if about.everything:
        for file, columns in csv_files.FILES.items():
            with _Sheet(folder / f"{file}.csv", columns) as sheet:
                for cells in csv_files.file_rows(session, team, file):
                    rows_read += 1
                    if rows_read % PROGRESS_STEP == 0:
                        progress(min(rows_read, total), total)
                    sheet.put(dict(zip(columns, cells, strict=True)))
    progress(total, total)
    return ExportResult(written, tables)


def _count_rows(session: Session, team: Team, about: ExportScope) -> int:
    """Count the rows to read. Rows of the three import files are read twice."""
    counts = {
        table.name: workspace_dump.count_rows(session, workspace_id=team.id, table=table, partner_id=about.partner_id)
        for table in workspace_dump.workspace_tables()
    }
    twice = ("partner", "activity", "trust_rating") if about.everything else ()
    return sum(counts.values()) + sum(counts[name] for name in twice)


def _header(session: Session, team: Team, now: datetime, about: ExportScope) -> dict[str, Any]:
    settings = workspace_dump.read_settings(session, workspace_id=team.id)
    return {
        "tend": "everything" if about.everything else "part",
        "version": DUMP_VERSION,
        "exported_at": now.isoformat(),
        "settings": settings if about.everything else {k: v for k, v in settings.items() if _mentions(about, v)},
    }


class _RowsOfPerson:
    """Say which rows an export has, table after table: each comes after those that it refers to."""

    def __init__(self, about: ExportScope) -> None:
        self._about = about
        self._ids: dict[str, set[int]] = {table: set() for _, table, _ in OF_PERSON.values()}

    def includes(self, table: str, row: Mapping[str, Any]) -> bool:
        """Return whether a row mentions the person, or refers to a row that is about them."""
        for _, parent, columns in OF_PERSON.values():
            if table == parent and self._about.is_of_person(row, columns):
                self._ids[parent].add(row["id"])
        if self._about.includes(row):
            return True
        column, parent, _ = OF_PERSON.get(table, ("", "", ()))
        return bool(column) and row[column] in self._ids[parent]


def _mentions(about: ExportScope, value: Any) -> bool:
    return about.person is not None and about.includes({"value": value})


def _write_line(lines: IO[str], value: dict[str, Any]) -> None:
    lines.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _with_partner_name(table: Table, row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """Put the partner's name first, if the row has a partner."""
    return {"partner": names.get(row["partner_id"]), **row} if "partner_id" in table.c else row


def _private(path: str, flags: int) -> int:
    """Create a file that only its owner can read, also in a folder that others can read.

    Whoever owns that folder may put a link in its place meanwhile, which must not lead elsewhere.
    """
    return os.open(path, flags | os.O_EXCL, 0o600)


class _Sheet:
    """A CSV file for spreadsheets, with user text escaped. The file is not created without rows and columns."""

    def __init__(self, path: Path, columns: Sequence[str] = ()) -> None:
        self._path, self._columns = path, columns
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> "_Sheet":
        if self._columns:
            self._open(self._columns)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def put(self, row: dict[str, Any]) -> None:
        if self._file is None:
            self._open(tuple(row))
        self._writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row.values()])

    def _open(self, columns: Iterable[str]) -> None:
        # Without a BOM, spreadsheets do not read the file as UTF-8.
        self._file = open(self._path, "w", encoding="utf-8-sig", newline="", opener=_private)  # noqa: SIM115  # closed on leaving
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)


def zip_folder(folder: Path, to: Path) -> Path:
    """Zip the files of a folder."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            archive.write(path, path.relative_to(folder).as_posix())
    return to


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
