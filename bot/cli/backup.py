"""`tend backup` and `tend restore`, which work without Slack."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.cli.errors import database_problem
from bot.cli.printing import say
from bot.cli.setup import open_direct_engine, open_settings
from bot.clock import system_clock
from bot.errors import TendError
from storage.backup import sqlite
from storage.db.pooler import PooledConnection
from storage.db.retry import transact
from storage.migrate import head
from storage.workspaces import workspaces

CLIENT_PROGRAMS = "PostgreSQL's client programs"


NAME_FORMAT = "tend-%Y%m%dT%H%M%SZ"
NAME = re.compile(r"tend-\d{8}T\d{6}Z\.(db|dump)")


def backup(target: Path, *, force: bool, keep: int | None = None) -> None:
    """Copy the database into a file and print its schema revision. A TendError means that nothing changed.

    In a folder, the file is named after the time; `keep` deletes all but the newest so many of such files there.
    """
    engine = open_direct_engine(open_settings())
    if keep is not None and not target.is_dir():
        raise TendError(f"--keep needs an existing folder to keep backups in, and {target} is none.")
    file = target / _dated_name(engine) if target.is_dir() else target
    _back_up(engine, file, force=force)
    if keep is not None:
        _delete_older(file, keep)


def _dated_name(engine: Engine) -> str:
    return f"{system_clock():{NAME_FORMAT}}.{'db' if engine.dialect.name == 'sqlite' else 'dump'}"


def _delete_older(latest: Path, keep: int) -> None:
    """Delete all but the newest backups beside the latest, which stays whatever the time in the names of others."""
    others = [path for path in latest.parent.iterdir() if NAME.fullmatch(path.name) and path.is_file()]
    dated = sorted((path for path in others if path.name != latest.name), key=lambda path: path.stem)
    for path in dated[: max(0, len(dated) + 1 - keep)]:
        path.unlink(missing_ok=True)
        say(f"Deleted {path}, an older backup.")


def _back_up(engine: Engine, file: Path, *, force: bool) -> None:
    with _explain_errors(file, "could not be written"), _progress_bar(f"Saving to {file.name}") as progress:
        schema = _save(engine, file, force=force, progress=progress)
    say(f"Saved the database to {file} and verified the copy ({file.stat().st_size:,} bytes, schema {schema}).")


def restore(file: Path, *, force: bool) -> None:
    """Replace the database with a backup. A TendError means that nothing changed."""
    engine = open_direct_engine(open_settings())
    with _explain_errors(file, "could not be restored"), _progress_bar(f"Restoring {file.name}") as progress:
        schema = _restore(engine, file, force=force, progress=progress)
        transact(engine, partial(workspaces.mark_restored, now=system_clock()))
    migrated = f"schema {schema}" if schema == head() else f"schema {schema}, migrated to this version's, {head()}"
    say(f"Restored the database from {file} ({migrated}).")


def _save(engine: Engine, file: Path, *, force: bool, progress: sqlite.Progress) -> str:
    if engine.dialect.name == "sqlite":
        return sqlite.save_database(engine, file, force=force, progress=progress)
    from storage.backup import postgres

    with _explain_missing_program():
        return postgres.save_database(engine, file, force=force)


def _restore(engine: Engine, file: Path, *, force: bool, progress: sqlite.Progress) -> str:
    """Restore a backup, and return its schema."""
    if engine.dialect.name == "sqlite":
        return sqlite.restore_database(engine, file, force=force, progress=progress)
    from storage.backup import postgres as dumps

    with _explain_missing_program():
        return dumps.restore_database(engine, file, force=force)


@contextmanager
def _explain_missing_program() -> Iterator[None]:
    from storage.backup.postgres import MissingProgram

    try:
        yield
    except MissingProgram as error:
        raise TendError(f"{error} is not on the PATH: install {CLIENT_PROGRAMS} in the server's version.") from None


@contextmanager
def _explain_errors(file: Path, failure: str) -> Iterator[None]:
    try:
        yield
    except sqlite.TargetNotEmpty as error:
        raise TendError(f"{error} already contains data. Use --force to replace it.") from None
    except sqlite.DatabaseInUse:
        raise TendError(
            "The database is in use: stop `tend run`, `tend web` and `tend worker` first. A connection pooler may hold "
            "their connections for some minutes longer."
        ) from None
    except DBAPIError as error:
        if open_settings().database_direct_url is None:
            raise
        raise TendError(f"{database_problem(error, 'DATABASE_DIRECT_URL')}.") from None
    except PooledConnection:
        raise TendError(
            "There is a connection pooler before the database, and its connections can't be used for this. "
            "Set DATABASE_DIRECT_URL to the address of PostgreSQL itself."
        ) from None
    except sqlite.UnusableFile as error:
        raise TendError(f"{file} {failure}: {error}.") from None


@contextmanager
def _progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar if stderr is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
