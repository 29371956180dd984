"""Restore a `tend export` into an empty workspace."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import TendError
from bot.workspace.team import Team
from storage.backup import workspace_dump
from storage.db.engine import writing
from storage.db.locks import take_turn
from storage.db.retry import retried
from storage.workspaces import workspaces

JSON_FILE = "everything.jsonl"
DUMP_VERSION = 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """How many rows were restored, or would be."""

    rows: int
    dry_run: bool


@retried
def import_everything(
    engine: Engine, *, team: Team, path: Path, now: datetime, dry_run: bool = False, progress: Progress | None = None
) -> RestoreResult:
    """Restore an exported folder, or its `everything.jsonl`, into a workspace without partners, in one transaction.

    `progress` is called with (bytes read, total bytes).

    Raises:
        TendError: the file is unreadable, incomplete or from a newer Tend, or the workspace has partners. Nothing
            was imported.
    """
    file = path / JSON_FILE if path.is_dir() else path
    try:
        with file.open("rb") as source:
            report_progress = progress or (lambda _done, _total: None)
            size = file.stat().st_size
            return _read(engine, team, source, now, dry_run, lambda: report_progress(source.tell(), size))
    except FileNotFoundError:
        raise TendError(f"There is no file {file.name} there.") from None
    except OSError as error:
        raise TendError(f"{file.name} can't be read: {error.strerror}.") from error


def _read(
    engine: Engine, team: Team, source: IO[bytes], now: datetime, dry_run: bool, report_progress: Callable[[], None]
) -> RestoreResult:
    lines = _lines(source)
    settings = _settings(next(lines, (1, None))[1])
    tables = {table.name: table for table in workspace_dump.workspace_tables()}
    rows, at = 0, 1
    try:
        with writing(engine) as session:
            take_turn(session, workspace_id=team.id)
            if workspace_dump.has_records(session, workspace_id=team.id):
                raise TendError("This workspace already has partners. Restore into an empty workspace.")
            loader = workspace_dump.Loader(session, team.id)
            for name, group in groupby(_rows(lines), key=lambda found: found[1]):
                if name not in tables:
                    raise TendError(
                        f"The file has “{name}”, which this version of Tend does not know. Update Tend first."
                    )
                while chunk := [(line, row) for line, _, row in islice(group, workspace_dump.CHUNK_SIZE)]:
                    at = chunk[0][0]
                    loader.put(tables[name], [row for _, row in chunk])
                    rows += len(chunk)
                    report_progress()
            loader.finish()
            workspace_dump.store_settings(session, workspace_id=team.id, values=settings)
            workspaces.mark_loaded(session, workspace_id=team.id, now=now)
            if dry_run:
                session.rollback()
    except (AttributeError, KeyError, TypeError, ValueError, SQLAlchemyError) as error:
        if getattr(error, "connection_invalidated", False):
            raise
        raise TendError(f"The rows from line {at} on don't fit together; nothing was imported.") from error
    return RestoreResult(rows, dry_run)


def _lines(source: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield each line's number and value. Raise TendError for a line that is not JSON."""
    for number, line in enumerate(source, start=1):
        try:
            yield number, json.loads(line)
        except ValueError:
            raise TendError(f"Line {number} is broken; nothing was imported.") from None


def _settings(header: Any) -> dict[str, Any]:
    if not isinstance(header, dict) or header.get("tend") not in ("everything", "part"):
        raise TendError(f"This is not a {JSON_FILE} from `tend export`.")
    if header["tend"] == "part":
        raise TendError("This is an export of one partner or one person, which can't be imported.")
    if header.get("version") != DUMP_VERSION:
        raise TendError("The file is from a newer version of Tend. Update Tend first.")
    settings = header.get("settings")
    return settings if isinstance(settings, dict) else {}


def _rows(lines: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the line, table and row of each line. Raise TendError at the end if the file is incomplete."""
    for index, (number, value) in enumerate(lines):
        if value.get("end"):
            if value["rows"] == index and next(lines, None) is None:
                return
            break
        yield number, value["table"], value["row"]
    raise TendError("The file is incomplete; nothing was imported.")
