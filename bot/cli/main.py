"""The commands of `tend`. What a command needs is imported when it runs, so that `tend --help` is quick."""

import atexit
import gc
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Tend keeps strategic partnerships alive, in Slack.",
)


class FileKind(StrEnum):
    """What a file to import holds."""

    PARTNERS = "partners"
    ACTIVITIES = "activities"
    TRUST = "trust"
    EVERYTHING = "everything"


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="the day to look at; today if not given")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Of = Annotated[str | None, typer.Option("--workspace", metavar="TEAM", help="which workspace, where there are several")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="the port of the page; a free one if not given")] = 0,
    keep: Annotated[Path | None, typer.Option(help="keep the workspace in this folder")] = None,
    script: Annotated[
        typer.FileText | None,
        typer.Option(help="replay typed lines, print what each person sees, then exit", encoding="utf-8"),
    ] = None,
) -> None:
    """A made-up workspace in a local stand-in for Slack, in the browser; no account needed."""
    from bot.demo import serve, tour

    if script is not None:
        try:
            lines = script.read()
        except UnicodeDecodeError:
            raise typer.BadParameter(f"{script.name} is no text in UTF-8", param_hint="--script") from None
        tour(lines, say=typer.echo, keep=keep)
        return
    serve(port=port, keep=keep, announce=typer.echo)


@app.command()
def run() -> None:
    """Socket Mode and the scheduler in one process: the one-machine default."""
    from bot.cli import running

    running.run()


@app.command()
def web() -> None:
    """The HTTP endpoint for Slack: POST /slack/events, GET /healthz."""
    from bot.cli import running

    running.web()


@app.command()
def worker() -> None:
    """The scheduler alone; any number of these on one PostgreSQL."""
    from bot.cli import running

    running.worker()


@app.command()
def tick(
    now: Annotated[str | None, typer.Option(metavar="INSTANT", help="the instant, like 2026-11-23T09:05Z")] = None,
) -> None:
    """Send what is due at an instant, then exit."""
    from bot.cli import running

    running.tick(_instant(now))


@app.command("import")
def import_(
    kind: Annotated[FileKind, typer.Argument(help="what the file holds")],
    file: Annotated[Path, typer.Argument(help="a CSV file; for everything, what `tend export` wrote")],
    mapping: Annotated[Path | None, typer.Option(help="a TOML file that says how its columns become ours")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, put nothing in")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="put nothing in if one row is bad")] = False,
    workspace: Of = None,
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
    workspace: Of = None,
) -> None:
    """Write everything of the workspace as CSV and JSON, which `tend import` reads back."""
    from bot.cli import exporting

    exporting.export(directory, person=person, partner=partner, workspace=workspace)


@app.command()
def score(
    partner: Annotated[str | None, typer.Argument(help="one partner; all if not given")] = None,
    as_of: AsOf = None,
    json: AsJson = False,
    workspace: Of = None,
) -> None:
    """Every partner's RVI from both sides, on any day."""
    from bot.cli import data

    data.score(partner, as_of, json=json, workspace=workspace)


@app.command()
def forecast(
    partner: Annotated[str | None, typer.Argument(help="one partner; all if not given")] = None,
    as_of: AsOf = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="how far to look")] = 12,
    json: AsJson = False,
    workspace: Of = None,
) -> None:
    """Every day on which an RVI changes with nothing new, and why."""
    from bot.cli import data

    data.forecast(partner, as_of, months, json=json, workspace=workspace)


@app.command()
def nudges(as_of: AsOf = None, json: AsJson = False, workspace: Of = None) -> None:
    """What the owners would be told, without telling them."""
    from bot.cli import data

    data.nudges(as_of, json=json, workspace=workspace)


@app.command()
def digest(as_of: AsOf = None, json: AsJson = False, workspace: Of = None) -> None:
    """What the weekly digest would say, without posting it."""
    from bot.cli import data

    data.digest(as_of, json=json, workspace=workspace)


@app.command()
def settings(
    key: Annotated[str | None, typer.Argument(help="which setting; all if not given")] = None,
    value: Annotated[str | None, typer.Argument(help="what to set it to")] = None,
    workspace: Of = None,
) -> None:
    """Show or change the team's settings, the same as /tend settings."""
    from bot.cli import data

    data.settings(key, value, workspace=workspace)


@app.command()
def doctor() -> None:
    """Check configuration, database, token and permissions."""
    from bot.cli import doctor as checks

    raise typer.Exit(0 if checks.run() else 2)


@app.command()
def manifest(
    url: Annotated[str | None, typer.Option(help="where `tend web` is reached, like https://tend.example.com")] = None,
) -> None:
    """Print the Slack app's manifest: for Socket Mode, or with --url for HTTP."""
    import json

    from bot.manifest import manifest as make

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("Slack wants an address that starts with https://", param_hint="--url")
    typer.echo(json.dumps(make(url), indent=2, ensure_ascii=False))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from bot.cli import data

    data.migrate()


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> None:
    """Delete the data of workspaces that uninstalled Tend over 30 days ago; the worker does so by itself."""
    from bot.cli import keeping

    keeping.purge(dry_run=dry_run)


@app.command()
def key(
    relock: Annotated[
        bool, typer.Option("--relock", help="lock all stored tokens anew with the first of TEND_TOKEN_KEY's keys")
    ] = False,
) -> None:
    """Make a key for TEND_TOKEN_KEY, which locks the stored tokens."""
    from bot.cli import keeping

    keeping.key(relock=relock)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="where the copy goes")],
    force: Annotated[bool, typer.Option("--force", help="replace the file if it is there")] = False,
) -> None:
    """Copy the database, also while Tend runs, into a file that is checked."""
    from bot.cli import saving

    saving.backup(file, force=force)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a copy that `tend backup` made")],
    force: Annotated[bool, typer.Option("--force", help="replace the data that is there")] = False,
) -> None:
    """Put a copy in the place of the database. Stop Tend first."""
    from bot.cli import saving

    saving.restore(file, force=force)


def _instant(text: str | None) -> datetime | None:
    from datetime import UTC

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}” is no instant; write it like 2026-11-23T09:05Z", param_hint="--now"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def main() -> None:
    """Run `tend`; any error that a person can mend leaves as one line."""
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], standalone_mode=False))
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        problem = getattr(error, "format_message", error.__str__)().replace("Value error, ", "").removesuffix(".")
        _fail(f"{problem}. `tend --help` shows what there is.")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has stopped; that is no error of ours
        sys.exit(0)
    except Exception as error:
        from bot.cli.mending import one_line

        line = one_line(error)
        if line is None:
            raise
        _fail(line)


def _fail(line: str) -> None:
    typer.echo(f"tend: {' '.join(line.split())}", err=True)
    sys.exit(2)
