"""What the commands begin with: the settings, the database and the workspace."""

from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from bot.cli.reach import check_year
from bot.clock import system_clock
from bot.config import Settings, read_settings
from bot.errors import ConfigurationError
from bot.grammar import read_day
from bot.process.log_config import configure_logging
from bot.workspace.team import Team
from storage.db.engine import make_engine, writing
from storage.migrate import check, migrate
from storage.tables import Workspace
from storage.workspaces import workspaces

CLI_USER = "tend"  # who did it, where nobody of the workspace did
OAUTH_SETTINGS = ("slack_client_id", "slack_client_secret", "tend_token_key")


def open_settings() -> Settings:
    """The environment, with the log set up as it says."""
    settings = read_settings()
    configure_logging(settings)
    return settings


def open_engine(settings: Settings) -> Engine:
    """The database as it is.

    Raises:
        ConfigurationError: its address can't be read, or is of a kind that Tend can't use.
    """
    try:
        return make_engine(settings.database_url)
    except (ArgumentError, ValueError, ImportError):
        # The text of these may repeat the address, and with it a password.
        raise ConfigurationError(
            "DATABASE_URL should look like sqlite:///tend.db or postgresql://user:password@host/name."
        ) from None


def open_database(settings: Settings) -> Engine:
    """The database, migrated if it was empty.

    Raises:
        ConfigurationError: its address is none.
        storage.migrate.OlderDatabase, NewerDatabase: its schema is another version's.
    """
    engine = open_engine(settings)
    if not check(engine):
        migrate(engine)
    return engine


def open_workspace(wanted: str | None) -> tuple[Engine, Team]:
    """The database, and the workspace asked for, else the only one, else the one that waits for its first connection.

    Where anyone may install the app, nothing waits for who comes first.

    Raises:
        ConfigurationError: there are several, or none of that name.
    """
    settings = open_settings()
    engine = open_database(settings)
    with writing(engine) as session:
        return engine, Team.of(_find_workspace(session, wanted, settings.by_oauth))


def _find_workspace(session: Session, wanted: str | None, by_oauth: bool) -> Workspace:
    known = workspaces.list_workspaces(session)
    names = ", ".join(one.team_id or "(not connected yet)" for one in known)
    if wanted:
        found = next((one for one in known if one.team_id == wanted), None)
        if found is None:
            raise ConfigurationError(f"There is no workspace {wanted}; there are: {names or 'none'}.")
        return found
    if len(known) > 1:
        raise ConfigurationError(f"There are several workspaces; choose one with --workspace: {names}.")
    if by_oauth and not known:
        raise ConfigurationError("No workspace has installed Tend yet.")
    return known[0] if known else workspaces.get_or_create_unconnected(session, now=system_clock())


def parse_day(text: str | None, team: Team) -> date:
    """The day that --as-of names; the workspace's today if it is not given.

    Raises:
        UsageError: it is no day.
        TendError: it is out of reach.
    """
    today = team.today(system_clock())
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return read_day(text, today)
    check_year("--as-of", text, day.year)
    return day
