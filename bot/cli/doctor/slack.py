"""Check Slack: the tokens, their permissions and workspace, the clock, and the digest's channel."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.cli.doctor.finding import Finding, good, notice, problem, run_check
from bot.cli.errors import error_line, refused_token
from bot.cli.setup import OAUTH_SETTINGS, open_engine
from bot.clock import system_clock
from bot.config import Settings
from bot.errors import NotInstalled
from bot.services import Services
from bot.slack.client import OrganisationClient, is_transient, make_client, slack_error_code
from bot.slack.manifest import SCOPES
from bot.slack.messaging import ERROR_TEXTS, SharedChannel, describe_error, look_at_channel
from bot.slack.oauth import OAuthWorkspaces
from bot.slack.organisations import Organisations
from bot.slack.workspaces import SingleWorkspace
from bot.web.install import INSTALL_PATH
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.migrate import head, revision
from storage.workspaces import workspaces

MAX_SKEW = timedelta(minutes=5)
"""Requests that Slack signed longer ago than this are refused."""
NOTICED_SKEW = timedelta(minutes=1)


def check_bot_token(settings: Settings) -> Iterator[Finding]:
    """Check the only bot token, for which no database is needed."""
    if settings.by_oauth or settings.slack_bot_token is None:
        return
    answer = make_client(settings.need("slack_bot_token"), settings.slack_api_url).auth_test()
    if answer.get("is_enterprise_install"):
        yield problem(
            "SLACK_BOT_TOKEN is of a whole organisation, whose workspaces can't be told apart that way: install Tend "
            "in one workspace, or serve all of them over OAuth (docs/run/install.md, Many workspaces)"
        )
        return
    yield from _grade_permissions(answer, "")
    yield from _check_clock(answer)


def check_workspaces(settings: Settings) -> Iterator[Finding]:
    """Check that the only token is of the database's workspace, or the token of each workspace."""
    services = _open_services(settings)
    if services is None:
        return  # reported by an earlier check
    if isinstance(services.workspaces, SingleWorkspace):
        if revision(services.engine) == head():  # an older schema, or none, may know no workspace
            yield from _check_workspace(services, services.workspaces.identity())
        return
    services.workspaces.check()
    yield good("TEND_TOKEN_KEY decrypts every stored token")
    organisations = services.workspaces.organisations if isinstance(services.workspaces, OAuthWorkspaces) else None
    names = organisations.names() if organisations else {}
    for enterprise_id, name in names.items():
        assert organisations is not None  # whose names they are
        yield from run_check(partial(_check_organisation, organisations, enterprise_id, name), settings)
    if not services.workspaces.teams() and not names:
        yield good(f"no workspace has installed Tend yet: send people to {INSTALL_PATH} on `tend web`")
    for team in services.workspaces.teams():
        yield from run_check(partial(_check_token, services, team, f"{team.team_id}: "), settings)


def _check_organisation(
    organisations: Organisations, enterprise_id: str, name: str, _settings: Settings
) -> Iterator[Finding]:
    try:
        answer = organisations.client(enterprise_id).auth_test()
        listed = organisations.listed(enterprise_id)
    except SlackApiError as error:
        yield problem(
            f"{enterprise_id}: {describe_error(error).text} ({slack_error_code(error)}); the organisation {name} may "
            "have to reinstall Tend"
        )
        return
    yield from _grade_permissions(answer, f"{enterprise_id}: ", f"the organisation {name}")
    if not listed:
        yield notice(f"{enterprise_id}: the organisation {name} has not added Tend to any workspace yet")
    known = {team.team_id or "" for team in organisations.teams(enterprise_id)}
    for team_id in sorted(set(listed) ^ known):
        what = "added Tend to" if team_id in listed else "took Tend out of"
        yield notice(f"{team_id}: the organisation {name} {what} this workspace; the next request or tick takes it in")


def _check_workspace(services: Services, identity: Mapping[str, Any]) -> Iterator[Finding]:
    """Check that the database is the one of the token's workspace."""
    with reading(services.engine) as session:
        known = {row.team_id: row.name for row in workspaces.list_workspaces(session) if row.team_id}
    team_id = identity.get("team_id")
    if known and team_id and team_id not in known:
        names = ", ".join(f"{name} ({key})" for key, name in known.items())
        yield problem(
            f"SLACK_BOT_TOKEN is of the workspace {identity.get('team')} ({team_id}), but the database has the data of "
            f"{names}: take that workspace's token, or another DATABASE_URL"
        )


def _check_token(services: Services, team: Team, prefix: str, _settings: Settings) -> Iterator[Finding]:
    try:
        client = services.workspaces.client(team)
        if isinstance(client, OrganisationClient):
            yield good(f"{prefix}{team.name or 'the workspace'} uses the installation of {team.enterprise_id}")
            return
        yield from _grade_permissions(client.auth_test(), prefix)
    except SlackApiError as error:
        # error_line() would blame SLACK_BOT_TOKEN, which is not this token.
        yield problem(
            f"{prefix}{describe_error(error).text} ({slack_error_code(error)}); it may have to reinstall Tend"
        )


def _grade_permissions(answer: SlackResponse, prefix: str, of: str | None = None) -> Iterator[Finding]:
    of = of or f"the workspace {answer.get('team') or answer.get('team_id')}"
    yield good(f"{prefix}the token is valid for {of}")
    granted = _header(answer, "x-oauth-scopes")
    if granted is None:
        yield good(f"{prefix}Slack didn't report the token's permissions")
        return
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if missing:
        advice = "update the app with `tend manifest` and reinstall it"
        yield problem(f"{prefix}permissions missing: {', '.join(missing)}; {advice}")
    else:
        yield good(f"{prefix}the token has all permissions")


def _check_clock(answer: SlackResponse) -> Iterator[Finding]:
    """Compare this machine's clock with the `Date` of Slack's response."""
    try:
        theirs = parsedate_to_datetime(_header(answer, "date") or "")
    except ValueError:
        return
    yield _grade_skew(system_clock() - theirs)


def _grade_skew(skew: timedelta) -> Finding:
    size = abs(skew)
    text = (
        f"this machine's clock is {size.total_seconds():.0f} s {'ahead of' if skew > timedelta() else 'behind'} Slack's"
    )
    if size >= MAX_SKEW:
        return problem(f"{text}, so Slack's signed requests are refused: set the clock, for example by NTP")
    if size >= NOTICED_SKEW:
        return notice(f"{text}: set the clock, for example by NTP")
    return good("this machine's clock agrees with Slack's")


def _header(answer: SlackResponse, name: str) -> str | None:
    values = {key.lower(): value for key, value in (answer.headers or {}).items()}
    return values.get(name)


def check_app_token(settings: Settings) -> Iterator[Finding]:
    """Check that Slack would open a connection for the app-level token."""
    if settings.slack_app_token is None or settings.by_oauth:
        return
    client = make_client(None, settings.slack_api_url)
    try:
        client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        if is_transient(error):
            yield problem(error_line(error) or "")
        else:
            yield problem(refused_token("SLACK_APP_TOKEN", error))
    else:
        yield good("SLACK_APP_TOKEN opens a connection")


def check_digest_channel(settings: Settings) -> Iterator[Finding]:
    """Check that Tend can post the digest."""
    services = _open_services(settings)
    if services is None or revision(services.engine) != head():
        return
    is_single = isinstance(services.workspaces, SingleWorkspace)
    for team in _teams(services):
        yield _grade_channel(services, team, "" if is_single else f"{team.team_id}: ")


def _teams(services: Services) -> list[Team]:
    if not isinstance(services.workspaces, SingleWorkspace):
        return list(services.workspaces.teams())
    with reading(services.engine) as session:
        return [Team.of(row) for row in workspaces.list_workspaces(session)]


def _grade_channel(services: Services, team: Team, prefix: str) -> Finding:
    channel = team.digest_channel
    if not channel:
        return good(f"{prefix}no digest channel is set, so no digest is posted (`tend settings digest_channel`)")
    subject = f"{prefix}the digest channel {channel}"
    try:
        info = look_at_channel(services.workspaces.client(team), channel)
    except (SlackApiError, SharedChannel, NotInstalled) as error:
        return problem(f"{subject}: {describe_error(error).text}")
    if info.get("is_archived"):
        return problem(f"{subject}: {ERROR_TEXTS['is_archived']}; unarchive it, or choose another")
    if info.get("is_member") is False:
        return problem(f"{subject}: {ERROR_TEXTS['not_in_channel']} @Tend")
    return good(f"{subject} exists and is internal, and Tend is in it")


def _open_services(settings: Settings) -> Services | None:
    """Build the services without migrating, or return None if a setting or the schema is missing."""
    needed = OAUTH_SETTINGS if settings.by_oauth else ("slack_bot_token",)
    if any(getattr(settings, name) is None for name in needed):
        return None
    engine = open_engine(settings)
    if settings.by_oauth and revision(engine) != head():
        return None
    return Services.build(settings, engine)
