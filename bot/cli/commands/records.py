"""Commands that import, export and report a workspace's data."""

import atexit
import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class FileKind(StrEnum):
    """The content of a file to import."""

    PARTNERS = "partners"
    ACTIVITIES = "activities"
    TRUST = "trust"
    EVERYTHING = "everything"


AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="report as of this day; default: today")]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="TEAM", help="the workspace, if there are several")
]


@app.command("import")
def import_(
    kind: Annotated[FileKind, typer.Argument(help="the content of the file")],
    file: Annotated[Path, typer.Argument(help="a CSV file, or for `everything` the output of `tend export`")],
    mapping: Annotated[Path | None, typer.Option(help="a TOML file that maps its columns to Tend's")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check the file without importing it")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="import nothing if any row is bad")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Import partners, activities or trust ratings from a CSV file, or restore everything from `tend export`."""
    if kind is FileKind.EVERYTHING:
        from bot.cli import exporting

        if mapping or strict:
            raise typer.BadParameter("an export is restored as a whole", param_hint="--mapping, --strict")
        exporting.import_everything(file, dry_run=dry_run, workspace=workspace)
        return
    gc.disable()  # the process is short-lived, so collecting garbage only costs time
    try:
        from bot.cli import importing

        importing.import_file(kind, file, mapping, dry_run=dry_run, strict=strict, workspace=workspace)
    finally:
        gc.enable()
        atexit.register(gc.freeze)


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(help="a new folder")],
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="only data that names this person: a user id or a name")
    ] = None,
    partner: Annotated[str | None, typer.Option(metavar="NAME", help="only data about this partner")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Export the workspace as CSV and JSON, which `tend import` can restore."""
    from bot.cli import exporting

    exporting.export(directory, person=person, partner=partner, workspace=workspace)


@app.command()
def score(
    partner: Annotated[str | None, typer.Argument(help="one partner; default: all")] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show every partner's RVI from both sides, on any day."""
    from bot.cli import report

    report.score(partner, as_of, json=json, workspace=workspace)


@app.command()
def forecast(
    partner: Annotated[str | None, typer.Argument(help="one partner; default: all")] = None,
    as_of: AsOfOption = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="number of months")] = 12,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show each day on which an RVI changes if nothing new is logged, and why."""
    from bot.cli import report as data

    data.forecast(partner, as_of, months, json=json, workspace=workspace)


@app.command()
def nudges(as_of: AsOfOption = None, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Show the nudges that owners would get, without sending them."""
    from bot.cli import report as data

    data.nudges(as_of, json=json, workspace=workspace)


@app.command()
def digest(as_of: AsOfOption = None, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Show the weekly digest, without posting it."""
    from bot.cli import report as data

    data.digest(as_of, json=json, workspace=workspace)


@app.command()
def backtest(
    months: Annotated[int, typer.Option(min=1, max=120, help="number of month ends to look back at")] = 24,
    tried: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="try a setting on the past: quiet=45, learn_cadence=on …"),
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show what Tend would have said at past month ends, and whether it came true."""
    from bot.cli import backtest as past

    past.backtest(months, tried or [], json=json, workspace=workspace)


@app.command()
def settings(
    key: Annotated[str | None, typer.Argument(help="one setting; default: all")] = None,
    value: Annotated[str | None, typer.Argument(help="the new value")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show or change the team's settings, like /tend settings."""
    from bot.cli import report as data

    data.settings(key, value, workspace=workspace)
