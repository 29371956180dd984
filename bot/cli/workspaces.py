"""`tend workspaces`: which workspaces have Tend, and by whose installation."""

from bot.cli.printing import say
from bot.cli.setup import open_database, open_settings
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from bot.workspace.retention import DATA_RETENTION
from storage.db.engine import reading
from storage.tables import Workspace
from storage.workspaces import workspaces


def list_all() -> None:
    """Print each workspace, oldest first, and the organisations that have none yet."""
    settings = open_settings()
    services = Services.build(settings, open_database(settings))
    by_oauth = services.workspaces
    names = by_oauth.organisations.names() if isinstance(by_oauth, OAuthWorkspaces) else {}
    with reading(services.engine) as session:
        rows = workspaces.list_workspaces(session)
        for row in rows:
            what = (row.team_id or "(not connected yet)", row.name, _how(row, names))
            say("  ".join(part for part in what if part))
        covered = {row.enterprise_id for row in rows}
    for id, name in names.items():
        if id not in covered:
            say(f"{id}  {name}  an organisation that has not added Tend to a workspace yet")
    if not rows and not names:
        say("no workspace has installed Tend yet")


def _how(row: Workspace, names: dict[str, str]) -> str:
    if row.uninstalled_at is not None:
        gone = row.uninstalled_at + DATA_RETENTION
        return f"uninstalled on {row.uninstalled_at:%Y-%m-%d}, its data are deleted on {gone:%Y-%m-%d}"
    if row.enterprise_id is not None:
        return f"by the organisation {names.get(row.enterprise_id) or 'it is of'} ({row.enterprise_id})"
    return "by itself"
