"""The commands about what is kept: data of workspaces that left, and the key of the tokens."""

from cryptography.fernet import Fernet

from bot.cli.printing import say
from bot.cli.setup import open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from bot.workspace import retention
from storage.db.engine import writing


def purge(*, dry_run: bool) -> None:
    """Delete what was kept long enough, one workspace after the other."""
    engine, now = open_database(open_settings()), system_clock()
    gone = retention.expired_workspaces(engine, now)
    for workspace_id, name in gone:
        if dry_run or retention.purge_workspace(engine, now, workspace_id):
            say(f"{'would purge' if dry_run else 'purged'} {name}")
    if not gone:
        say(f"nothing to purge: no workspace left more than {retention.DATA_RETENTION.days} days ago")


def key(*, relock: bool) -> None:
    """Print a new key, or lock all tokens with the newest.

    Raises:
        ConfigurationError: there are no tokens to lock here.
    """
    if not relock:
        say(Fernet.generate_key().decode())
        return
    settings = open_settings()
    workspaces = Services.build(settings, open_database(settings)).workspaces
    if not isinstance(workspaces, OAuthWorkspaces):
        raise ConfigurationError("SLACK_CLIENT_ID is not set: only an app of many workspaces stores tokens.")
    with writing(workspaces.engine) as session:
        count = workspaces.store.rotate_keys(session)
    say(f"{count} installations are locked with the first key")
