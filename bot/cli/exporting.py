"""`tend export`, and `tend import everything`, which reads it back."""

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
from bot.exporting.run import Progress as Told
from bot.formatting import count
from bot.importing import full_restore
from storage.db.engine import reading


def export(directory: Path, *, person: str | None, partner: str | None, workspace: str | None) -> None:
    """Write everything, or what is about one partner or person, into a new folder."""
    if person and partner:
        raise TendError("Ask for a person or a partner, not for both.")
    if person is not None and not person.strip():
        raise TendError("Whom? Name a user id or a name.")
    engine, team = open_workspace(workspace)
    with reading(engine) as session:
        about = files.ExportScope(partner_id_of(session, team, partner), person.strip() if person else None)
    with _progress_bar(f"Exporting to {directory.name}") as told:
        done = files.export_to(engine, team=team, folder=directory, now=system_clock(), about=about, progress=told)
    say(f"{count(done.rows, 'row')} of {count(done.tables, 'table')} written to {directory}")


def import_everything(path: Path, *, dry_run: bool, workspace: str | None) -> None:
    """Put everything that `tend export` wrote into an empty workspace."""
    engine, team = open_workspace(workspace)
    with _progress_bar(f"Importing {path.name}") as told:
        done = full_restore.import_everything(engine, team=team, path=path, dry_run=dry_run, progress=told)
    say(f"{count(done.rows, 'row')} {'would be ' if dry_run else ''}added")


@contextmanager
def _progress_bar(what: str) -> Iterator[Told]:
    """A progress bar where somebody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
