"""Commands that run Tend: `run`, `web`, `worker` and `tick`."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk.errors import SlackApiError

from bot.cli.errors import refused_token
from bot.cli.printing import say
from bot.cli.setup import OAUTH_SETTINGS, open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.process.log_config import log_thread_exception
from bot.process.signals import wait_for_signal
from bot.process.startup import wait_for
from bot.services import Services
from bot.slack.client import is_transient, slack_error_code
from bot.slack.messaging import passing_problem
from storage.db.startup import passing_connection_problem

if TYPE_CHECKING:
    from bot.slack.socket_mode import SocketModeConnection

log = logging.getLogger(__name__)

GRACE_SECONDS = 9
"""How long in-flight work may take after a stop signal. The whole shutdown stays under ten seconds."""

CLOSE_SECONDS = 0.7
"""How much longer closing connections may take if in-flight work used all of GRACE_SECONDS."""


def _build_services(*needed: str, wait_for_slack: bool = True) -> Services:
    """Build the services after checking the needed settings and the token. Wait for what is not up yet.

    Raises:
        ConfigurationError: a setting is missing.
        SlackApiError: Slack rejects the token.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # no work has started yet
    settings = open_settings()
    threading.excepthook = log_thread_exception
    for name in (*OAUTH_SETTINGS, *needed) if settings.by_oauth else ("slack_bot_token", *needed):
        settings.need(name)
    engine = wait_for("the database", lambda: open_database(settings), passing_connection_problem)
    services = Services.build(settings, engine)
    if wait_for_slack:
        wait_for("Slack", services.workspaces.check, passing_problem)
    else:
        _connect(services)
    return services


def _connect(services: Services) -> None:
    """Check the credentials, so that wrong ones fail the start. An unreachable Slack does not: pages need none."""
    try:
        services.workspaces.check()
    except SlackApiError as error:
        if not is_transient(error):
            raise
        log.warning(
            "could not check the token at the start: %s; trying again with the first request", slack_error_code(error)
        )
    except OSError as error:
        log.warning("could not reach Slack at the start: %s; trying again with the first request", error)


def run() -> None:
    """Run Socket Mode and the scheduler in one process until a stop signal."""
    from bot.app import create_app
    from bot.notifications.scheduler import start_scheduler
    from bot.slack.socket_mode import SocketModeConnection
    from bot.web.metrics_server import serve_metrics

    if open_settings().by_oauth:
        raise ConfigurationError(
            "Socket Mode serves a single workspace; with SLACK_CLIENT_ID use `tend web` and `tend worker`."
        )
    services = _build_services("slack_app_token")
    with serve_metrics(services):
        socket = SocketModeConnection(
            create_app(services), services.settings.need("slack_app_token"), services.in_flight
        )
        wait_for("Slack", lambda: _open_socket(socket), passing_problem)
        with wait_for_signal() as wait:
            scheduler = start_scheduler(services)
            say("Tend is running. Stop it with Ctrl-C.")
            wait()
            _shut_down(services, scheduler, socket.close)


def _open_socket(socket: "SocketModeConnection") -> None:
    try:
        socket.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except SlackApiError as error:
        if is_transient(error):
            raise
        raise ConfigurationError(refused_token("SLACK_APP_TOKEN", error)) from None


def web() -> None:
    """Serve HTTP until a stop signal, and finish in-flight requests."""
    from bot.app import create_app
    from bot.web.app import make_web
    from bot.web.listen import listen
    from bot.web.metrics_server import serve_metrics
    from bot.web.server import GracefulServer, make_config

    services = _build_services("slack_signing_secret", wait_for_slack=False)
    config = make_config(make_web(services, create_app(services)), grace_seconds=GRACE_SECONDS)
    # If the port is in use, uvicorn would only log it and exit with code 1.
    listening = listen("PORT", services.settings.host, services.settings.port)
    # uvicorn raises the signal again when it has stopped; `wait_for_signal` absorbs it.
    with listening, serve_metrics(services), wait_for_signal():
        server = GracefulServer(config)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, server.handle_exit)  # of the others uvicorn takes care
        server.run(sockets=[listening])
        if not services.in_flight.finish(0):
            _force_exit()


def worker() -> None:
    """Run only the scheduler until a stop signal."""
    from bot.notifications.scheduler import start_scheduler
    from bot.web.metrics_server import serve_metrics

    services = _build_services()
    with serve_metrics(services), wait_for_signal() as wait:
        scheduler = start_scheduler(services)
        say("Tend's worker is running. Stop it with Ctrl-C.")
        wait()
        _shut_down(services, scheduler)


def mcp() -> None:
    """Answer an assistant over standard input and output until it hangs up. Slack is not needed."""
    from bot.web.mcp.stdio import serve_stdio

    settings = open_settings()
    token = settings.need("tend_token")
    serve_stdio(open_database(settings), token)


def tick(now: datetime | None) -> None:
    """Send what is due at an instant, once."""
    from bot.notifications.briefs import BriefRound, send_briefs
    from bot.notifications.calendars import CalendarRound, read_calendars
    from bot.notifications.claim import run_all
    from bot.notifications.memberships import ask_memberships
    from bot.notifications.webhooks import WebhookRound

    settings = open_settings()
    instant = now or system_clock()
    services = Services.build(settings, open_database(settings), clock=lambda: instant)
    services.workspaces.check()
    ask_memberships(services)
    read_calendars(CalendarRound(services, services.network))  # first: a meeting of today resets the quiet clock
    send_briefs(BriefRound(services))
    result = run_all(services, instant)
    WebhookRound(services).finish(instant)
    for problem in result.problems:
        say(problem, err=True)
    say(f"nudges sent: {result.nudges}, digests sent: {result.digests}")


def _shut_down(services: Services, scheduler: BackgroundScheduler, *closing: Callable[[], None]) -> None:
    """Drain in-flight work and close connections, within ten seconds. Exit by force if that is too short."""
    end = monotonic() + GRACE_SECONDS
    scheduler.shutdown(wait=False)
    finished = services.in_flight.finish(GRACE_SECONDS)
    closed = finished and all([_run_within(end + CLOSE_SECONDS - monotonic(), close) for close in closing])
    if not closed:
        _force_exit()


def _run_within(seconds: float, do: Callable[[], None]) -> bool:
    thread = threading.Thread(target=do, daemon=True, name="closing")
    thread.start()
    thread.join(max(seconds, 0))
    return not thread.is_alive()


def _force_exit() -> None:
    """Exit without waiting for running threads. The database records which deliveries are unfinished."""
    log.warning("could not finish all work within %s seconds; exiting", GRACE_SECONDS)
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
