"""`tend doctor`: is everything in place? Each line says what was found, or what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli.errors import error_line
from bot.cli.printing import say
from bot.cli.setup import OAUTH_SETTINGS, open_engine, open_settings
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
from storage.migrate import head, revision
from storage.workspaces import workspaces


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_ok: bool
    text: str


def run() -> bool:
    """Print what was found; False if anything needs mending."""
    settings = open_settings()
    found: list[Finding] = []
    for look in (_check_secrets, _check_database, _check_slack, _check_digest_channel):
        for finding in _run_check(look, settings):
            if finding not in found:  # what keeps two looks from looking is said once
                say(f"{'✓' if finding.is_ok else '✗'} {finding.text}")
                found.append(finding)
    return all(finding.is_ok for finding in found)


def _run_check(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except Exception as error:
        yield Finding(False, error_line(error) or f"{type(error).__name__}: {error}")


def _check_secrets(settings: Settings) -> Iterator[Finding]:
    if settings.tend_url is not None:
        yield _check_links(settings)
    if settings.by_oauth:
        yield from _check_oauth_secrets(settings)
        return
    yield _check_is_set(settings, "slack_bot_token")
    ways = [
        name
        for name, value in (
            ("`tend run` (SLACK_APP_TOKEN)", settings.slack_app_token),
            ("`tend web` (SLACK_SIGNING_SECRET)", settings.slack_signing_secret),
        )
        if value
    ]
    yield Finding(
        bool(ways),
        f"set up for {' and '.join(ways)}"
        if ways
        else "neither SLACK_APP_TOKEN (for `tend run`) nor SLACK_SIGNING_SECRET (for `tend web`) is set",
    )


def _check_links(settings: Settings) -> Finding:
    if settings.slack_signing_secret is None:
        return Finding(False, "TEND_URL is set, but links to partners need SLACK_SIGNING_SECRET too")
    return Finding(True, f"partners can be asked by links to {settings.tend_url}, where `tend web` should answer")


def _check_oauth_secrets(settings: Settings) -> Iterator[Finding]:
    for name in (*OAUTH_SETTINGS, "slack_signing_secret"):
        yield _check_is_set(settings, name)
    for name in ("slack_bot_token", "slack_app_token"):
        if getattr(settings, name) is not None:
            yield Finding(True, f"{name.upper()} is not used: each workspace has a token of its own")


def _check_is_set(settings: Settings, name: str) -> Finding:
    try:
        settings.need(name)
    except ConfigurationError as error:
        return Finding(False, str(error))
    return Finding(True, f"{name.upper()} is set")


def _check_database(settings: Settings) -> Iterator[Finding]:
    now = revision(open_engine(settings))
    if now is None:
        yield Finding(True, "the database is empty; the first start migrates it")
    else:
        words = f"the database is of schema {now}" + ("" if now == head() else f", this version's is {head()}")
        yield Finding(now == head(), words)


def _check_slack(settings: Settings) -> Iterator[Finding]:
    services = _open_services(settings)
    if services is None:
        return  # said already
    if not isinstance(services.workspaces, SingleWorkspace):
        services.workspaces.check()
        yield Finding(True, "TEND_TOKEN_KEY opens all stored tokens")
        if not services.workspaces.teams():
            yield Finding(True, f"no workspace has installed Tend yet: send people to {INSTALL_PATH} of `tend web`")
        for team in services.workspaces.teams():
            yield from _run_check(partial(_check_token, services, team, f"{team.team_id}: "), settings)
        return
    # The database may lack a schema yet, and with it a workspace.
    yield from _check_permissions(services.workspaces.only_client, "")


def _check_token(services: Services, team: Team, of: str, _settings: Settings) -> Iterator[Finding]:
    try:
        yield from _check_permissions(services.workspaces.client(team), of)
    except SlackApiError as error:
        # The line about it would name a variable, which has nothing to do with this token.
        yield Finding(
            False, f"{of}{describe_error(error).text} ({slack_error_code(error)}); it may have to install Tend again"
        )


def _check_permissions(client: WebClient, of: str) -> Iterator[Finding]:
    answer = client.auth_test()
    yield Finding(True, f"{of}the token is good for the workspace {answer.get('team') or answer.get('team_id')}")
    granted = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") if answer.headers else None
    if granted is None:
        yield Finding(True, f"{of}Slack did not say which permissions the token has")
        return
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    yield Finding(
        not missing,
        f"{of}permissions missing: {', '.join(missing)}; install the app again with `tend manifest`"
        if missing
        else f"{of}the token has all permissions",
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
        of = "" if isinstance(services.workspaces, SingleWorkspace) else f"{team.team_id}: "
        if not team.digest_channel:
            words = "no channel is set for the digest, so none is posted (`tend settings digest_channel`)"
            yield Finding(True, of + words)
            continue
        try:
            check_private(services.workspaces.client(team), team.digest_channel)
            yield Finding(True, f"{of}the digest's channel {team.digest_channel} is there and our own")
        except (SlackApiError, SharedChannel, NotInstalled) as error:
            yield Finding(False, f"{of}the digest's channel {team.digest_channel}: {describe_error(error).text}")


def _open_services(settings: Settings) -> Services | None:
    """The house, on a database that is left as it is; None if something is not set."""
    needed = OAUTH_SETTINGS if settings.by_oauth else ("slack_bot_token",)
    if any(getattr(settings, name) is None for name in needed):
        return None
    engine = open_engine(settings)
    if settings.by_oauth and revision(engine) != head():
        return None
    return Services.build(settings, engine)
