"""Open the settings, the database and the workspace for a command."""

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
from storage.db.retry import retried
from storage.migrate import check, migrate
from storage.tables import Workspace
from storage.workspaces import workspaces

CLI_USER = "tend"  # recorded as the author of changes made by the CLI
OAUTH_SETTINGS = ("slack_client_id", "slack_client_secret", "tend_token_key")


def open_settings() -> Settings:
    """Read the settings and configure logging."""
    settings = read_settings()
    configure_logging(settings)
    return settings


def open_engine(settings: Settings) -> Engine:
    """Create an engine without migrating, or raise ConfigurationError if DATABASE_URL is unusable."""
    return _make_engine("DATABASE_URL", settings.database_url, "sqlite:///tend.db or ")


def open_direct_engine(settings: Settings) -> Engine:
    """Create an engine on DATABASE_DIRECT_URL, or where that is not set on DATABASE_URL, without migrating."""
    if settings.database_direct_url is None:
        return open_engine(settings)
    return _make_engine("DATABASE_DIRECT_URL", settings.database_direct_url)


def _make_engine(variable: str, url: str, other: str = "") -> Engine:
    try:
        return make_engine(url)
    except (ArgumentError, ValueError, ImportError):
        # The error's text may contain the URL and its password.
        raise ConfigurationError(f"{variable} should look like {other}postgresql://user:password@host/name.") from None


def open_database(settings: Settings) -> Engine:
    """Open the database and create the schema if it is empty.

    Raises:
        ConfigurationError: DATABASE_URL is unusable.
        storage.migrate.OlderDatabase, NewerDatabase: the schema belongs to another version.
    """
    engine = open_engine(settings)
    if not check(engine):
        migrate(engine)
    return engine


@retried
def open_workspace(wanted: str | None) -> tuple[Engine, Team]:
    """Open the database and the wanted workspace, by default the only one.

    With a single bot token and no workspace yet, create one that is unconnected until Tend first reaches Slack.

    Raises:
        ConfigurationError: the workspace is unknown, or there are several and none was named.
    """
    settings = open_settings()
    engine = open_database(settings)
    with writing(engine) as session:
        return engine, Team.of(_find_workspace(session, wanted, settings.by_oauth))


def _find_workspace(session: Session, wanted: str | None, by_oauth: bool) -> Workspace:
    rows = workspaces.list_workspaces(session)
    names = ", ".join(row.team_id or "(not connected yet)" for row in rows)
    if wanted:
        match = next((row for row in rows if row.team_id == wanted), None)
        if match is None:
            raise ConfigurationError(f"There is no workspace {wanted}. Known workspaces: {names or 'none'}.")
        return match
    if len(rows) > 1:
        raise ConfigurationError(f"There are several workspaces. Choose one with --workspace: {names}.")
    if by_oauth and not rows:
        raise ConfigurationError("No workspace has installed Tend yet.")
    return rows[0] if rows else workspaces.get_or_create_unconnected(session, now=system_clock())


def parse_day(text: str | None, team: Team) -> date:
    """Parse --as-of. The default is today in the workspace's time zone.

    Raises:
        UsageError: the text is not a date.
        TendError: the year is out of range.
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
