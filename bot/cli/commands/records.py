"""Commands about what is in a workspace: in, out, and what it comes to."""

import atexit
import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class FileKind(StrEnum):
    """What a file to import holds."""

    PARTNERS = "partners"
    ACTIVITIES = "activities"
    TRUST = "trust"
    EVERYTHING = "everything"


AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="the day to look at; today if not given")
]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="TEAM", help="which workspace, where there are several")
]


@app.command("import")
def import_(
    kind: Annotated[FileKind, typer.Argument(help="what the file holds")],
    file: Annotated[Path, typer.Argument(help="a CSV file; for everything, what `tend export` wrote")],
    mapping: Annotated[Path | None, typer.Option(help="a TOML file that says how its columns become ours")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, put nothing in")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="put nothing in if one row is bad")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Bring in partners, activities or trust ratings from a CSV file, or everything that `tend export` wrote."""
    if kind is FileKind.EVERYTHING:
        from bot.cli import exporting

        if mapping or strict:
            raise typer.BadParameter("everything is taken as it is, or not at all", param_hint="--mapping, --strict")
        exporting.import_everything(file, dry_run=dry_run, workspace=workspace)
        return
    gc.disable()  # of a process that is over in a moment nothing is rubbish before its end
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
        str | None, typer.Option(metavar="ID", help="only what names this person: a user id, or a name")
    ] = None,
    partner: Annotated[str | None, typer.Option(metavar="NAME", help="only what is about this partner")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write everything of the workspace as CSV and JSON, which `tend import` reads back."""
    from bot.cli import exporting

    exporting.export(directory, person=person, partner=partner, workspace=workspace)


@app.command()
def score(
    partner: Annotated[str | None, typer.Argument(help="one partner; all if not given")] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Every partner's RVI from both sides, on any day."""
    from bot.cli import report

    report.score(partner, as_of, json=json, workspace=workspace)


@app.command()
def forecast(
    partner: Annotated[str | None, typer.Argument(help="one partner; all if not given")] = None,
    as_of: AsOfOption = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="how far to look")] = 12,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Every day on which an RVI changes with nothing new, and why."""
    from bot.cli import report as data

    data.forecast(partner, as_of, months, json=json, workspace=workspace)


@app.command()
def nudges(as_of: AsOfOption = None, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """What the owners would be told, without telling them."""
    from bot.cli import report as data

    data.nudges(as_of, json=json, workspace=workspace)


@app.command()
def digest(as_of: AsOfOption = None, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """What the weekly digest would say, without posting it."""
    from bot.cli import report as data

    data.digest(as_of, json=json, workspace=workspace)


@app.command()
def settings(
    key: Annotated[str | None, typer.Argument(help="which setting; all if not given")] = None,
    value: Annotated[str | None, typer.Argument(help="what to set it to")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show or change the team's settings, the same as /tend settings."""
    from bot.cli import report as data

    data.settings(key, value, workspace=workspace)
