"""`tend doctor`: is everything in place? Each line says what was found, or what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import typer
from slack_sdk.errors import SlackApiError

from bot.cli.mending import one_line
from bot.cli.opening import open_engine, open_settings
from bot.errors import ConfigurationError
from bot.manifest import SCOPES
from bot.posting import SharedChannel, check_private, trouble
from bot.settings import Settings
from bot.slack import make_client
from bot.team import Team
from storage import workspaces
from storage.engine import reading
from storage.migrate import head, revision


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    words: str


def run() -> bool:
    """Print what was found; False if anything needs mending."""
    settings = open_settings()
    found: list[Finding] = []
    for look in (_secrets, _database, _slack, _digest):
        for finding in _safely(look, settings):
            if finding not in found:  # what keeps two looks from looking is said once
                typer.echo(f"{'✓' if finding.well else '✗'} {finding.words}")
                found.append(finding)
    return all(finding.well for finding in found)


def _safely(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except Exception as error:
        yield Finding(False, one_line(error) or f"{type(error).__name__}: {error}")


def _secrets(settings: Settings) -> Iterator[Finding]:
    try:
        settings.need("slack_bot_token")
        yield Finding(True, "SLACK_BOT_TOKEN is set")
    except ConfigurationError as error:
        yield Finding(False, str(error))
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


def _database(settings: Settings) -> Iterator[Finding]:
    now = revision(open_engine(settings))
    if now is None:
        yield Finding(True, "the database is empty; the first start migrates it")
    else:
        words = f"the database is of schema {now}" + ("" if now == head() else f", this version's is {head()}")
        yield Finding(now == head(), words)


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        return  # said already
    client = make_client(settings.need("slack_bot_token"), settings.slack_api_url)
    answer = client.auth_test()
    yield Finding(True, f"the token is good for the workspace {answer.get('team') or answer.get('team_id')}")
    granted = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") if answer.headers else None
    if granted is None:
        yield Finding(True, "Slack did not say which permissions the token has")
        return
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    yield Finding(
        not missing,
        f"permissions missing: {', '.join(missing)}; install the app again with `tend manifest`"
        if missing
        else "the token has all permissions",
    )


def _digest(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings)
    if revision(engine) != head() or settings.slack_bot_token is None:
        return
    with reading(engine) as session:
        teams = [Team.of(row) for row in workspaces.all_of_them(session)]
    client = make_client(settings.need("slack_bot_token"), settings.slack_api_url)
    for team in teams:
        if not team.digest_channel:
            yield Finding(True, "no channel is set for the digest, so none is posted (`tend settings digest_channel`)")
            continue
        try:
            check_private(client, team.digest_channel)
            yield Finding(True, f"the digest's channel {team.digest_channel} is there and our own")
        except (SlackApiError, SharedChannel) as error:
            yield Finding(False, f"the digest's channel {team.digest_channel}: {trouble(error).words}")
