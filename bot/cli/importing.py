"""`tend import` of one file. The progress bar is imported only if stderr is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.printing import say
from bot.cli.setup import CLI_USER, open_workspace
from bot.clock import system_clock
from bot.errors import TendError
from bot.formatting import count
from bot.importing import ImportOptions, Mapping, Report, load_mapping, run_import
from bot.importing.csv_reader import read_sheet
from bot.importing.run import Progress


def import_file(
    kind: str, file: Path, mapping: Path | None, *, dry_run: bool, strict: bool, workspace: str | None
) -> None:
    """Import a file, and print each bad row and a summary."""
    engine, team = open_workspace(workspace)
    with _progress_bar(f"Importing {file.name}") as progress_callback:
        report = run_import(
            engine,
            team=team,
            path=file,
            options=ImportOptions(
                kind=kind,
                mapping=_load_mapping(mapping, file) if mapping else None,
                by=CLI_USER,
                now=system_clock(),
                dry_run=dry_run,
                strict=strict,
                progress=progress_callback,
            ),
        )
    _print_report(report)
    if report.refused:
        unread = count(len(report.bad), "row") if report.bad else count(len(report.lost_cells), "cell")
        raise TendError(f"Nothing was imported: {unread} can't be imported, and --strict is set.")


@contextmanager
def _progress_bar(title: str) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _load_mapping(name: Path, file: Path) -> Mapping:
    """Load a built-in mapping by name, fitted to the file, or a mapping file."""
    from bot.importing.presets import fit_mapping, load_preset

    preset = load_preset(str(name))
    return fit_mapping(preset, read_sheet(file)) if preset else load_mapping(name)


def _print_report(report: Report) -> None:
    for row in report.bad:
        say(f"line {row.line}: {row.reason}" + (f" (column {row.column})" if row.column else ""))
    for row in report.lost_cells:
        say(f"line {row.line}: left out: {row.reason}" + (f" (column {row.column})" if row.column else ""))
    for one in report.corrections:
        changes = ", ".join(f"{field} {old or 'empty'} → {new}" for field, old, new in one.changes)
        say(f"line {one.line}: {one.name}: {changes}")
    for edit in report.kept:
        say(f"line {edit.line}: {edit.name}: {edit}")
    for note, number in report.notes:
        say(f"{count(number, 'row')}: {note}")
    if report.ignored_columns:
        say(f"Columns not used: {', '.join(report.ignored_columns)}")
    would = "would be " if report.dry_run else ""
    parts = [
        f"{report.added:,} {would}added",
        f"{report.known:,} already there",
        f"{report.updated:,} {would}updated" if report.updated else "",
        f"{count(report.partners_added, 'partner')} {would}created" if report.partners_added else "",
        f"{len(report.bad):,} rejected",
    ]
    say(f"{count(report.rows, 'row')}: " + ", ".join(part for part in parts if part))
    for reason, number in report.reasons().most_common():
        say(f"  {number:,} × {reason}")
