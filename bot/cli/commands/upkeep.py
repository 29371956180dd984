"""Commands that look after the installation and its database."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


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
    from bot.cli.printing import say_json
    from bot.slack.manifest import build_manifest as make

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("Slack wants an address that starts with https://", param_hint="--url")
    say_json(make(url))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from bot.cli import report

    report.migrate()


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> None:
    """Delete the data of workspaces that uninstalled Tend over 30 days ago; the worker does so by itself."""
    from bot.cli import maintenance

    maintenance.purge(dry_run=dry_run)


@app.command()
def key(
    relock: Annotated[
        bool, typer.Option("--relock", help="lock all stored tokens anew with the first of TEND_TOKEN_KEY's keys")
    ] = False,
) -> None:
    """Make a key for TEND_TOKEN_KEY, which locks the stored tokens."""
    from bot.cli import maintenance as keeping

    keeping.key(relock=relock)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="where the copy goes")],
    force: Annotated[bool, typer.Option("--force", help="replace the file if it is there")] = False,
) -> None:
    """Copy the database, also while Tend runs, into a file that is checked."""
    from bot.cli import backup as saving

    saving.backup(file, force=force)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a copy that `tend backup` made")],
    force: Annotated[bool, typer.Option("--force", help="replace the data that is there")] = False,
) -> None:
    """Put a copy in the place of the database. Stop Tend first."""
    from bot.cli import backup as saving

    saving.restore(file, force=force)
