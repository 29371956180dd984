"""`tend doctor`: check the installation and print one line for each finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.cli.errors import database_problem, error_line
from bot.cli.printing import say
from bot.cli.setup import OAUTH_SETTINGS, open_direct_engine, open_engine, open_settings
from bot.config import Settings
from bot.errors import ConfigurationError, NotInstalled
from bot.services import Services
from bot.slack.client import slack_error_code
from bot.slack.manifest import SCOPES
from bot.slack.messaging import SharedChannel, check_private, describe_error
from bot.slack.workspaces import SingleWorkspace
from bot.web.install import INSTALL_PATH
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.db.pooler import has_pooler
from storage.migrate import head, revision
from storage.workspaces import workspaces


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    is_ok: bool
    text: str


def run() -> bool:
    """Run all checks and print their findings. Return False if any failed."""
    settings = open_settings()
    findings: list[Finding] = []
    for check in (_check_secrets, _check_database, _check_slack, _check_digest_channel):
        for finding in _run_check(check, settings):
            if finding not in findings:  # several checks may fail for the same reason
                say(f"{'✓' if finding.is_ok else '✗'} {finding.text}")
                findings.append(finding)
    return all(finding.is_ok for finding in findings)


def _run_check(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except Exception as error:
        yield Finding(False, error_line(error) or f"{type(error).__name__}: {error}")


def _check_secrets(settings: Settings) -> Iterator[Finding]:
    if settings.tend_url is not None:
        yield _check_links(settings)
    if settings.by_oauth:
        yield from _check_oauth_secrets(settings)
        return
    yield _check_is_set(settings, "slack_bot_token")
    modes = [
        name
        for name, value in (
            ("`tend run` (SLACK_APP_TOKEN)", settings.slack_app_token),
            ("`tend web` (SLACK_SIGNING_SECRET)", settings.slack_signing_secret),
        )
        if value
    ]
    yield Finding(
        bool(modes),
        f"ready for {' and '.join(modes)}"
        if modes
        else "neither SLACK_APP_TOKEN (for `tend run`) nor SLACK_SIGNING_SECRET (for `tend web`) is set",
    )


def _check_links(settings: Settings) -> Finding:
    if settings.slack_signing_secret is None:
        return Finding(False, "TEND_URL is set, but links to partners also need SLACK_SIGNING_SECRET")
    return Finding(
        True, f"links for partners and calendars point to {settings.tend_url}, where `tend web` must be reachable"
    )


def _check_oauth_secrets(settings: Settings) -> Iterator[Finding]:
    for name in (*OAUTH_SETTINGS, "slack_signing_secret"):
        yield _check_is_set(settings, name)
    for name in ("slack_bot_token", "slack_app_token"):
        if getattr(settings, name) is not None:
            yield Finding(True, f"{name.upper()} is ignored: each workspace has its own token")


def _check_is_set(settings: Settings, name: str) -> Finding:
    try:
        settings.need(name)
    except ConfigurationError as error:
        return Finding(False, str(error))
    return Finding(True, f"{name.upper()} is set")


def _check_database(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings)
    yield from _check_pooler(settings, engine)
    current = revision(engine)
    if current is None:
        yield Finding(True, "the database is empty; the first start creates the tables")
    else:
        text = f"the database schema is {current}" + ("" if current == head() else f", but this version needs {head()}")
        yield Finding(current == head(), text)


def _check_pooler(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """Name a pooler, and check that backups have a way around it."""
    is_pooled = engine.dialect.name != "sqlite" and has_pooler(engine)
    if is_pooled:
        yield Finding(True, "DATABASE_URL leads through a connection pooler, so no statement is prepared")
    if settings.database_direct_url is not None:
        try:
            has_another = has_pooler(open_direct_engine(settings))
        except DBAPIError as error:
            yield Finding(False, database_problem(error, "DATABASE_DIRECT_URL"))
            return
        yield Finding(
            not has_another,
            "DATABASE_DIRECT_URL leads through a connection pooler too: `tend backup` and `tend restore` need the "
            "address of PostgreSQL itself"
            if has_another
            else "`tend backup` and `tend restore` connect to DATABASE_DIRECT_URL",
        )
    elif is_pooled:
        yield Finding(True, "`tend backup` and `tend restore` can't use a pooler: set DATABASE_DIRECT_URL for them")


def _check_slack(settings: Settings) -> Iterator[Finding]:
    services = _open_services(settings)
    if services is None:
        return  # reported by an earlier check
    if not isinstance(services.workspaces, SingleWorkspace):
        services.workspaces.check()
        yield Finding(True, "TEND_TOKEN_KEY decrypts every stored token")
        if not services.workspaces.teams():
            yield Finding(True, f"no workspace has installed Tend yet: send people to {INSTALL_PATH} on `tend web`")
        for team in services.workspaces.teams():
            yield from _run_check(partial(_check_token, services, team, f"{team.team_id}: "), settings)
        return
    # The database may have no schema, and so no workspace, yet.
    yield from _check_permissions(services.workspaces.only_client, "")


def _check_token(services: Services, team: Team, prefix: str, _settings: Settings) -> Iterator[Finding]:
    try:
        yield from _check_permissions(services.workspaces.client(team), prefix)
    except SlackApiError as error:
        # error_line() would blame SLACK_BOT_TOKEN, which is not this token.
        yield Finding(
            False,
            f"{prefix}{describe_error(error).text} ({slack_error_code(error)}); it may have to reinstall Tend",
        )


def _check_permissions(client: WebClient, prefix: str) -> Iterator[Finding]:
    answer = client.auth_test()
    yield Finding(True, f"{prefix}the token is valid for the workspace {answer.get('team') or answer.get('team_id')}")
    granted = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") if answer.headers else None
    if granted is None:
        yield Finding(True, f"{prefix}Slack didn't report the token's permissions")
        return
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    yield Finding(
        not missing,
        f"{prefix}permissions missing: {', '.join(missing)}; update the app with `tend manifest` and reinstall it"
        if missing
        else f"{prefix}the token has all permissions",
    )


def _check_digest_channel(settings: Settings) -> Iterator[Finding]:
    services = _open_services(settings)
    if services is None or revision(services.engine) != head():
        return
    if isinstance(services.workspaces, SingleWorkspace):
        with reading(services.engine) as session:
            teams = [Team.of(row) for row in workspaces.list_workspaces(session)]
    else:
        teams = list(services.workspaces.teams())
    for team in teams:
        prefix = "" if isinstance(services.workspaces, SingleWorkspace) else f"{team.team_id}: "
        if not team.digest_channel:
            text = "no digest channel is set, so no digest is posted (`tend settings digest_channel`)"
            yield Finding(True, prefix + text)
            continue
        try:
            check_private(services.workspaces.client(team), team.digest_channel)
            yield Finding(True, f"{prefix}the digest channel {team.digest_channel} exists and is internal")
        except (SlackApiError, SharedChannel, NotInstalled) as error:
            yield Finding(False, f"{prefix}the digest channel {team.digest_channel}: {describe_error(error).text}")


def _open_services(settings: Settings) -> Services | None:
    """Build the services without migrating, or return None if a setting or the schema is missing."""
    needed = OAUTH_SETTINGS if settings.by_oauth else ("slack_bot_token",)
    if any(getattr(settings, name) is None for name in needed):
        return None
    engine = open_engine(settings)
    if settings.by_oauth and revision(engine) != head():
        return None
    return Services.build(settings, engine)
