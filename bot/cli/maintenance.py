"""The commands about what is kept: data of workspaces that left, and the key of the tokens."""

import typer
from cryptography.fernet import Fernet

from bot.cli.setup import open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.services import House
from bot.slack.oauth import ByOAuth
from bot.workspace import retention
from storage.db.engine import writing


def purge(*, dry_run: bool) -> None:
    """Delete what was kept long enough, one workspace after the other."""
    engine, now = open_database(open_settings()), system_clock()
    gone = retention.due(engine, now)
    for workspace_id, name in gone:
        if dry_run or retention.purge(engine, now, workspace_id):
            typer.echo(f"{'would purge' if dry_run else 'purged'} {name}")
    if not gone:
        typer.echo(f"nothing to purge: no workspace left more than {retention.KEPT.days} days ago")


def key(*, relock: bool) -> None:
    """Print a new key, or lock all tokens with the newest.

    Raises:
        ConfigurationError: there are no tokens to lock here.
    """
    if not relock:
        typer.echo(Fernet.generate_key().decode())
        return
    settings = open_settings()
    workspaces = House.build(settings, open_database(settings)).workspaces
    if not isinstance(workspaces, ByOAuth):
        raise ConfigurationError("SLACK_CLIENT_ID is not set: only an app of many workspaces stores tokens.")
    with writing(workspaces.engine) as session:
        count = workspaces.store.relock(session)
    typer.echo(f"{count} installations are locked with the first key")
