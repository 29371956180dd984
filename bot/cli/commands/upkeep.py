"""Commands that maintain the installation and its database."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def doctor() -> None:
    """Check the configuration, database, token and permissions."""
    from bot.cli import doctor as checks

    raise typer.Exit(0 if checks.run() else 2)


@app.command()
def health() -> None:
    """Ask the Tend on METRICS_PORT whether all is well; exit with code 1 if not."""
    from bot.cli import health as probe

    raise typer.Exit(0 if probe.run() else 1)


@app.command()
def manifest(
    url: Annotated[str | None, typer.Option(help="the public URL of `tend web`, like https://tend.example.com")] = None,
    prompts: Annotated[
        bool,
        typer.Option("--suggested-prompts", help="suggest what to ask in the Messages tab; for paid plans"),
    ] = False,
    steps: Annotated[
        bool,
        typer.Option("--workflow-steps", help="add steps to Slack's Workflow Builder; for paid plans"),
    ] = False,
) -> None:
    """Print the Slack app manifest for Socket Mode, or with --url for HTTP."""
    from bot.cli.printing import say_json
    from bot.slack.manifest import build_manifest as make

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("Slack needs a URL that starts with https://", param_hint="--url")
    say_json(make(url, prompts=prompts, steps=steps))


@app.command()
def migrate() -> None:
    """Migrate the database to this version's schema."""
    from bot.cli import report

    report.migrate()


@app.command()
def workspaces() -> None:
    """List the workspaces that have Tend, and the organisation by whose installation."""
    from bot.cli import workspaces as listing

    listing.list_all()


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what would be deleted")] = False,
) -> None:
    """Delete the data of workspaces that uninstalled Tend over 30 days ago; the worker does this on its own."""
    from bot.cli import maintenance

    maintenance.purge(dry_run=dry_run)


@app.command()
def key(
    relock: Annotated[
        bool, typer.Option("--relock", help="re-encrypt all stored tokens with the first key in TEND_TOKEN_KEY")
    ] = False,
) -> None:
    """Create a key for TEND_TOKEN_KEY, which encrypts the stored tokens."""
    from bot.cli import maintenance as keeping

    keeping.key(relock=relock)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="the file to write, or a folder for one named after the time")],
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="in a folder: delete all but the newest so many backups")
    ] = None,
) -> None:
    """Back up the database into a verified file; Tend may keep running."""
    from bot.cli import backup as saving

    saving.backup(file, force=force, keep=keep)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a file made by `tend backup`")],
    force: Annotated[bool, typer.Option("--force", help="replace existing data")] = False,
) -> None:
    """Replace the database with a backup. Stop Tend first."""
    from bot.cli import backup as saving

    saving.restore(file, force=force)


token = typer.Typer(help="Create, list and revoke the tokens of other programs and assistants.", no_args_is_help=True)
app.add_typer(token, name="token")
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="TEAM", help="the workspace, if there are several")
]


@token.command()
def create(
    name: Annotated[str, typer.Argument(help="what it is called, such as CRM; shown on what it records")],
    record_only: Annotated[
        bool, typer.Option("--record-only", help="it may not read scores, ratings or what they lead to")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Create a token and print it, once."""
    from bot.cli import tokens

    tokens.create(name, reads_scores=not record_only, workspace=workspace)


@token.command("list")
def list_(workspace: WorkspaceOption = None) -> None:
    """List the programs that have a token."""
    from bot.cli import tokens

    tokens.list_all(workspace=workspace)


@token.command()
def revoke(name: Annotated[str, typer.Argument(help="what it is called")], workspace: WorkspaceOption = None) -> None:
    """Revoke a token at once. What the program recorded stays."""
    from bot.cli import tokens

    tokens.revoke(name, workspace=workspace)


webhook = typer.Typer(help="Manage where events are sent, and what could not be delivered.", no_args_is_help=True)
app.add_typer(webhook, name="webhook")
MAX_NUMBER = 2**31 - 1  # the largest that a database's INTEGER holds
EndpointArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, max=MAX_NUMBER, help="its number; `tend webhook list` shows it")
]


@webhook.command("add")
def add_webhook(
    url: Annotated[str, typer.Argument(help="where events are sent: an https address on the public internet")],
    events: Annotated[
        str | None, typer.Option("--events", help="the events that it gets, parted by commas; otherwise all")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Send events to an address, and print the secret that they are signed with, once."""
    from bot.cli import webhooks

    webhooks.add(url, events, workspace=workspace)


@webhook.command("list")
def list_webhooks(workspace: WorkspaceOption = None) -> None:
    """List where events are sent, what waits and what could not be delivered."""
    from bot.cli import webhooks

    webhooks.list_all(workspace=workspace)


@webhook.command("pause")
def pause_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """Send nothing for a while. Events are kept for 30 days."""
    from bot.cli import webhooks

    webhooks.pause(number, paused=True, workspace=workspace)


@webhook.command("resume")
def resume_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """Send what has waited, and whatever happens from now on."""
    from bot.cli import webhooks

    webhooks.pause(number, paused=False, workspace=workspace)


@webhook.command("remove")
def remove_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """Send nothing there any more, and forget its secret and what was to be sent."""
    from bot.cli import webhooks

    webhooks.remove(number, workspace=workspace)


@webhook.command("test")
def try_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """Send a test event, the way that all events go."""
    from bot.cli import webhooks

    webhooks.send_test(number, workspace=workspace)


@webhook.command("dead")
def dead_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """List the latest events that could not be delivered."""
    from bot.cli import webhooks

    webhooks.dead(number, workspace=workspace)


@webhook.command("replay")
def replay_webhook(number: EndpointArgument, workspace: WorkspaceOption = None) -> None:
    """Send the events again that could not be delivered."""
    from bot.cli import webhooks

    webhooks.replay(number, workspace=workspace)
