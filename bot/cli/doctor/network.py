"""Check the ports that Tend opens, and the address at which others reach it."""

import json
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import HTTPError, URLError

from bot.cli.doctor.finding import Finding, good, notice, problem
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.process.probe import LIVE, TIMEOUT_SECONDS, ask


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Check that the ports are free, or Tend's already."""
    if settings.slack_signing_secret is not None and settings.port:
        yield _check_port("PORT", settings.host, settings.port)
    if settings.metrics_port is None:
        return
    if settings.slack_signing_secret is not None and settings.metrics_port == settings.port:
        yield problem(f"PORT and METRICS_PORT are both {settings.port}: choose another METRICS_PORT")
    else:
        yield _check_port("METRICS_PORT", settings.metrics_host, settings.metrics_port)


def _check_port(variable: str, host: str, port: int) -> Finding:
    from bot.web.listen import listen

    try:
        listen(variable, host, port).close()
    except ConfigurationError as error:
        if is_own(host, port):
            return good(f"Tend already answers on port {port} ({variable})")
        return problem(f"{str(error).removesuffix('.')}: if another program has that port, choose another {variable}")
    return good(f"port {port} is free ({variable})")


def is_own(host: str, port: int) -> bool:
    """Return whether a Tend answers there."""
    return ask(host, port, "/livez") == (200, LIVE)


def check_public_url(settings: Settings) -> Iterator[Finding]:
    """Check that TEND_URL leads to a Tend."""
    if settings.tend_url is None or settings.slack_signing_secret is None:
        return
    try:
        with urllib.request.urlopen(f"{settings.tend_url}/livez", timeout=TIMEOUT_SECONDS) as response:
            body = response.read(10_000)
    except HTTPError as error:
        yield _unanswered(settings, f"it answers with HTTP {error.code}")
        return
    except (OSError, HTTPException) as error:
        yield _unanswered(settings, str(error.reason if isinstance(error, URLError) else error) or type(error).__name__)
        return
    if _is_live(body):
        yield good(f"Tend answers at {settings.tend_url}")
    else:
        yield problem(f"something else than Tend answers at {settings.tend_url}: check TEND_URL and the proxy")


def _is_live(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == LIVE)
    except ValueError:
        return False


def _unanswered(settings: Settings, reason: str) -> Finding:
    """Grade a TEND_URL at which no Tend answers. Before `tend web` is started that is as it should be."""
    text = f"no Tend answers at TEND_URL, {settings.tend_url} ({reason})"
    if settings.port and is_own(settings.host, settings.port):
        return problem(f"{text}, though `tend web` runs here: check the name, the certificate and the proxy")
    return notice(f"{text}: start `tend web` and its proxy, then check again")
