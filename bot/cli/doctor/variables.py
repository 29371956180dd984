"""Check the environment variables and `.env`."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bot.cli.doctor.finding import Finding, good, notice, problem
from bot.cli.setup import OAUTH_SETTINGS
from bot.config import ENV_FILE, FILE_SUFFIX, FILE_VARIABLES, VARIABLES, Settings, given_names
from bot.errors import ConfigurationError

OURS = ("SLACK_", "TEND_")
"""How the names of variables begin that nobody but Tend is likely to mean."""
MIN_LENGTH = 8
"""Shorter names resemble too many of other programs."""
SIMILAR = 0.82
OWN_SLACK = "https://slack.com/api/"
SECRET_SHAPE = re.compile(r"[0-9a-f]{32}")


def check_env_file(settings: Settings) -> Iterator[Finding]:
    """Check that nobody else on the machine reads the secrets in `.env`."""
    if not ENV_FILE.is_file():
        return
    if ENV_FILE.stat().st_mode & 0o077:
        yield notice(f"other users of this machine may read {ENV_FILE}: run `chmod 600 {ENV_FILE}`")
    else:
        yield good(f"{ENV_FILE} is read, and only its owner can read it")


def check_names(settings: Settings) -> Iterator[Finding]:
    """Look for misspelt variables."""
    yield from find_misspelt()


def find_misspelt() -> Iterator[Finding]:
    """Yield a problem for each variable whose name resembles one of Tend's."""
    known = (*VARIABLES, *(name + FILE_SUFFIX for name in FILE_VARIABLES))
    given = given_names()
    unset = [name for name in known if name not in given]
    for name, place in given.items():
        if name in known:
            continue
        close = get_close_matches(name, unset, n=1, cutoff=SIMILAR) if len(name) >= MIN_LENGTH else []
        if not close and name.startswith(OURS):
            close = get_close_matches(name, unset, n=1)
        if close:
            yield problem(f"{name} in {place} means nothing to Tend: did you mean {close[0]}?")


def check_secrets(settings: Settings) -> Iterator[Finding]:
    """Check that what a way to run Tend needs is set."""
    if settings.tend_url is not None:
        yield _check_links(settings)
    yield from _check_shapes(settings)
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
    if modes:
        yield good(f"ready for {' and '.join(modes)}")
    else:
        yield problem("neither SLACK_APP_TOKEN (for `tend run`) nor SLACK_SIGNING_SECRET (for `tend web`) is set")


def _check_links(settings: Settings) -> Finding:
    if settings.slack_signing_secret is None:
        return problem("TEND_URL is set, but links to partners also need SLACK_SIGNING_SECRET")
    return good(f"links for partners and calendars point to {settings.tend_url}, where `tend web` must be reachable")


def _check_shapes(settings: Settings) -> Iterator[Finding]:
    """Check what Slack offers no call to check: it would refuse nothing, and every request of its would be refused."""
    if settings.slack_api_url != OWN_SLACK:
        return  # another server makes other secrets
    secret, client_secret = settings.slack_signing_secret, settings.slack_client_secret
    if secret is not None and not SECRET_SHAPE.fullmatch(secret.get_secret_value()):
        yield notice(
            "SLACK_SIGNING_SECRET should be 32 letters and digits: compare it with Basic Information ▸ Signing Secret"
        )
    if secret is not None and client_secret is not None and secret == client_secret:
        yield problem("SLACK_SIGNING_SECRET and SLACK_CLIENT_SECRET are the same: they are two different secrets")


def _check_oauth_secrets(settings: Settings) -> Iterator[Finding]:
    for name in (*OAUTH_SETTINGS, "slack_signing_secret"):
        yield _check_is_set(settings, name)
    for name in ("slack_bot_token", "slack_app_token"):
        if getattr(settings, name) is not None:
            yield good(f"{name.upper()} is ignored: each workspace has its own token")


def _check_is_set(settings: Settings, name: str) -> Finding:
    try:
        settings.need(name)
    except ConfigurationError as error:
        return problem(str(error))
    return good(f"{name.upper()} is set")
