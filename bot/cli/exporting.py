"""`tend export`, and `tend import everything`, which restores an export."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot import exporting as files
from bot.cli.printing import say
from bot.cli.report import partner_id_of
from bot.cli.setup import open_workspace
from bot.clock import system_clock
from bot.errors import TendError
from bot.exporting.run import Progress as ProgressCallback
from bot.formatting import count
from bot.importing import full_restore
from storage.db.engine import reading


def export(directory: Path, *, person: str | None, partner: str | None, workspace: str | None) -> None:
    """Export everything, or the data of one partner or person, into a new folder."""
    if person and partner:
        raise TendError("Choose a person or a partner, not both.")
    if person is not None and not person.strip():
        raise TendError("Which person? Give a user id or a name.")
    engine, team = open_workspace(workspace)
    with reading(engine) as session:
        scope = files.ExportScope(partner_id_of(session, team, partner), person.strip() if person else None)
    with _progress_bar(f"Exporting to {directory.name}") as progress:
        result = files.export_to(
            engine, team=team, folder=directory, now=system_clock(), about=scope, progress=progress
        )
    say(f"{count(result.rows, 'row')} of {count(result.tables, 'table')} written to {directory}")


def import_everything(path: Path, *, dry_run: bool, workspace: str | None) -> None:
    """Restore an export into an empty workspace."""
    engine, team = open_workspace(workspace)
    with _progress_bar(f"Importing {path.name}") as progress:
        result = full_restore.import_everything(
            engine, team=team, path=path, now=system_clock(), dry_run=dry_run, progress=progress
        )
    say(f"{count(result.rows, 'row')} {'would be ' if dry_run else ''}added")


@contextmanager
def _progress_bar(title: str) -> Iterator[ProgressCallback]:
    """Show a progress bar if stderr is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
