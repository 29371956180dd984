"""`tend import` of one file. What only its progress bar needs is imported where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.cli.setup import COMMAND_LINE, open_workspace
from bot.clock import system_clock
from bot.errors import TendError
from bot.formatting import count
from bot.importing import Mapping, Report, load_mapping, run_import
from bot.importing.csv_reader import read_sheet
from bot.importing.run import Progress


def import_file(
    kind: str, file: Path, mapping: Path | None, *, dry_run: bool, strict: bool, workspace: str | None
) -> None:
    """Import a file, with a progress bar where somebody watches, and say what became of each bad row."""
    engine, team = open_workspace(workspace)
    with _bar(f"Importing {file.name}") as told:
        report = run_import(
            engine,
            team=team,
            kind=kind,
            path=file,
            mapping=_mapping(mapping, file) if mapping else None,
            by=COMMAND_LINE,
            now=system_clock(),
            dry_run=dry_run,
            strict=strict,
            progress=told,
        )
    _tell(report)
    if report.refused:
        raise TendError(
            f"Nothing was imported: {count(len(report.bad), 'row')} can't be taken, and --strict was asked."
        )


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _mapping(named: Path, file: Path) -> Mapping:
    """A mapping of ours by its name, as far as it fits the file, or a mapping file."""
    from bot.importing.presets import fitted, known_mapping

    known = known_mapping(str(named))
    return fitted(known, read_sheet(file)) if known else load_mapping(named)


def _tell(report: Report) -> None:
    for row in report.bad:
        typer.echo(f"line {row.line}: {row.reason}" + (f" (column {row.column})" if row.column else ""))
    if report.ignored_columns:
        typer.echo(f"Columns not used: {', '.join(report.ignored_columns)}")
    would = "would be " if report.dry_run else ""
    parts = [
        f"{report.added:,} {would}added",
        f"{report.known:,} already there",
        f"{report.updated:,} {would}updated" if report.updated else "",
        f"{count(report.partners_added, 'partner')} {would}added on the way" if report.partners_added else "",
        f"{len(report.bad):,} not taken",
    ]
    typer.echo(f"{count(report.rows, 'row')}: " + ", ".join(part for part in parts if part))
    for reason, number in report.reasons().most_common():
        typer.echo(f"  {number:,} × {reason}")
