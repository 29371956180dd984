"""`tend purge` and `tend key`."""

from cryptography.fernet import Fernet

from bot.cli.printing import say
from bot.cli.setup import open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.formatting import count
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from bot.workspace import retention
from storage.contacts import calendars
from storage.db.engine import writing
from storage.db.retry import retried
from storage.imports import crm_connections
from storage.webhooks import endpoints


def purge(*, dry_run: bool) -> None:
    """Delete the data of workspaces whose retention period is over."""
    engine, now = open_database(open_settings()), system_clock()
    expired = retention.expired_workspaces(engine, now)
    for workspace_id, name in expired:
        if dry_run or retention.purge_workspace(engine, now, workspace_id):
            say(f"{'would purge' if dry_run else 'purged'} {name}")
    if not expired:
        say(f"nothing to purge: no workspace uninstalled Tend more than {retention.DATA_RETENTION.days} days ago")


@retried
def key(*, relock: bool) -> None:
    """Print a new key, or re-encrypt all stored tokens with the newest one."""
    if not relock:
        say(Fernet.generate_key().decode())
        return
    settings = open_settings()
    services = Services.build(settings, open_database(settings))
    by_oauth = isinstance(services.workspaces, OAuthWorkspaces)
    cipher = services.cipher()
    with writing(services.engine) as session:
        tokens = (
            services.workspaces.store.rotate_keys(session) if isinstance(services.workspaces, OAuthWorkspaces) else 0
        )
        sealed = calendars.reseal(session, cipher.renew) if cipher else 0
        hooks = endpoints.reseal(session, cipher.renew) if cipher else 0
        crms = crm_connections.reseal(session, cipher.renew) if cipher else 0
    if not (by_oauth or sealed or hooks or crms):
        raise ConfigurationError(
            "SLACK_CLIENT_ID is not set: tokens are stored only if workspaces install the app via OAuth."
        )
    done = [count(tokens, "installation")] if by_oauth else []
    done += [count(sealed, "calendar")] if sealed else []
    done += [count(hooks, "webhook")] if hooks else []
    done += [count(crms, "CRM connection")] if crms else []
    say(f"{' and '.join(done)} encrypted with the first key")
