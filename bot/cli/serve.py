"""The commands that speak to Slack, until they are told to stop."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk.errors import SlackApiError

from bot.cli.printing import say
from bot.cli.setup import OAUTH_SETTINGS, open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.process.log_config import log_thread_exception
from bot.process.signals import wait_for_signal
from bot.services import Services
from bot.slack.client import is_transient, slack_error_code

log = logging.getLogger(__name__)

GRACE_SECONDS = 9
"""How long what is in hand may take after the word to stop. With what comes after it, ten seconds."""

CLOSE_SECONDS = 0.7
"""What the last steps of stopping get, if what was in hand took all the time there was."""


def _build_services(*needed: str) -> Services:
    """The house, once everything that this way of running needs is there and the token was tried.

    Raises:
        ConfigurationError: something is missing.
        SlackApiError: Slack does not accept the token.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # nothing is in hand yet
    settings = open_settings()
    threading.excepthook = log_thread_exception
    for name in (*OAUTH_SETTINGS, *needed) if settings.by_oauth else ("slack_bot_token", *needed):
        settings.need(name)
    services = Services.build(settings, open_database(settings))
    _connect(services)
    return services


def _connect(services: Services) -> None:
    """Try the token, or the keys, at once, so that a wrong one stops the start. A Slack out of reach does not."""
    try:
        services.workspaces.check()
    except SlackApiError as error:
        if not is_transient(error):
            raise
        log.warning(
            "Slack was in trouble at the start (%s); trying again with the first request", slack_error_code(error)
        )
    except OSError as error:
        log.warning("Slack could not be reached at the start (%s); trying again with the first request", error)


def run() -> None:
    """Socket Mode and the scheduler in one process."""
    from bot.app import create_app
    from bot.notifications.scheduler import start_scheduler
    from bot.slack.socket_mode import SocketModeConnection
    from bot.web.metrics_server import serve_metrics

    if open_settings().by_oauth:
        raise ConfigurationError(
            "Socket Mode serves one workspace; with SLACK_CLIENT_ID use `tend web` and `tend worker`."
        )
    services = _build_services("slack_app_token")
    with serve_metrics(services):
        socket = SocketModeConnection(
            create_app(services), services.settings.need("slack_app_token"), services.in_flight
        )
        socket.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        with wait_for_signal() as wait:
            scheduler = start_scheduler(services)
            say("Tend is running. Stop it with Ctrl-C.")
            wait()
            _shut_down(services, scheduler, socket.close)


def web() -> None:
    """The HTTP endpoint, until it is told to stop; requests in hand are finished."""
    import uvicorn

    from bot.app import create_app
    from bot.web.app import make_web
    from bot.web.metrics_server import listen, serve_metrics

    services = _build_services("slack_signing_secret")
    config = uvicorn.Config(
        make_web(services, create_app(services)),
        log_config=None,  # the log is set up, and hides what it must
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # Of a port that is taken uvicorn itself would say a line of its log, with exit code 1.
    listening = listen("PORT", "0.0.0.0", services.settings.port)
    # The server raises the signal once more when it is done; here it ends.
    with listening, serve_metrics(services), wait_for_signal():
        uvicorn.Server(config).run(sockets=[listening])
        if not services.in_flight.finish(0):
            _force_exit()


def worker() -> None:
    """The scheduler alone."""
    from bot.notifications.scheduler import start_scheduler
    from bot.web.metrics_server import serve_metrics

    services = _build_services()
    with serve_metrics(services), wait_for_signal() as wait:
        scheduler = start_scheduler(services)
        say("Tend's worker is ticking. Stop it with Ctrl-C.")
        wait()
        _shut_down(services, scheduler)


def tick(now: datetime | None) -> None:
    """One pass at an instant."""
    from bot.notifications.deliver import run_all

    settings = open_settings()
    instant = now or system_clock()
    services = Services.build(settings, open_database(settings), clock=lambda: instant)
    services.workspaces.check()
    done = run_all(services, instant)
    for problem in done.problems:
        say(problem, err=True)
    say(f"nudges sent: {done.nudges}, digests sent: {done.digests}")


def _shut_down(services: Services, scheduler: BackgroundScheduler, *closing: Callable[[], None]) -> None:
    """Finish what is in hand and close what is open, within ten seconds; what takes longer is left."""
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
    """End although a thread is still at work, which Python would wait for. The tables know what was not finished."""
    log.warning("something did not finish within %s seconds and is left", GRACE_SECONDS)
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
