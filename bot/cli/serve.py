"""The commands that speak to Slack, until they are told to stop."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import typer
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk.errors import SlackApiError

from bot.cli.setup import NEEDED_BY_OAUTH, open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.process.log_config import thread_ended
from bot.process.signals import word_to_stop
from bot.services import House
from bot.slack.client import is_passing, refused

log = logging.getLogger(__name__)

GRACE_SECONDS = 9
"""How long what is in hand may take after the word to stop. With what comes after it, ten seconds."""

GOODBYE_SECONDS = 0.7
"""What the last steps of stopping get, if what was in hand took all the time there was."""


def _build(*needed: str) -> House:
    """The house, once everything that this way of running needs is there and the token was tried.

    Raises:
        ConfigurationError: something is missing.
        SlackApiError: Slack does not accept the token.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # nothing is in hand yet
    settings = open_settings()
    threading.excepthook = thread_ended
    for name in (*NEEDED_BY_OAUTH, *needed) if settings.by_oauth else ("slack_bot_token", *needed):
        settings.need(name)
    house = House.build(settings, open_database(settings))
    _connect(house)
    return house


def _connect(house: House) -> None:
    """Try the token, or the keys, at once, so that a wrong one stops the start. A Slack out of reach does not."""
    try:
        house.workspaces.check()
    except SlackApiError as error:
        if not is_passing(error):
            raise
        log.warning("Slack was in trouble at the start (%s); trying again with the first request", refused(error))
    except OSError as error:
        log.warning("Slack could not be reached at the start (%s); trying again with the first request", error)


def run() -> None:
    """Socket Mode and the scheduler in one process."""
    from bot.app import create_app
    from bot.notifications.scheduler import start_ticking
    from bot.slack.socket_mode import Socket
    from bot.web.metrics_server import watched

    if open_settings().by_oauth:
        raise ConfigurationError(
            "Socket Mode serves one workspace; with SLACK_CLIENT_ID use `tend web` and `tend worker`."
        )
    house = _build("slack_app_token")
    with watched(house):
        socket = Socket(create_app(house), house.settings.need("slack_app_token"), house.in_hand)
        socket.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        with word_to_stop() as wait:
            scheduler = start_ticking(house)
            typer.echo("Tend is running. Stop it with Ctrl-C.")
            wait()
            _finish(house, scheduler, socket.close)


def web() -> None:
    """The HTTP endpoint, until it is told to stop; requests in hand are finished."""
    import uvicorn

    from bot.app import create_app
    from bot.web.app import make_web
    from bot.web.metrics_server import watched

    house = _build("slack_signing_secret")
    config = uvicorn.Config(
        make_web(house, create_app(house)),
        host="0.0.0.0",
        port=house.settings.port,
        log_config=None,  # the log is set up, and hides what it must
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with watched(house), word_to_stop():  # the server raises the signal once more when it is done; here it ends
        uvicorn.Server(config).run()
        if not house.in_hand.finish(0):
            _leave()


def worker() -> None:
    """The scheduler alone."""
    from bot.notifications.scheduler import start_ticking
    from bot.web.metrics_server import watched

    house = _build()
    with watched(house), word_to_stop() as wait:
        scheduler = start_ticking(house)
        typer.echo("Tend's worker is ticking. Stop it with Ctrl-C.")
        wait()
        _finish(house, scheduler)


def tick(now: datetime | None) -> None:
    """One pass at an instant."""
    from bot.notifications.deliver import run_pass

    settings = open_settings()
    instant = now or system_clock()
    house = House.build(settings, open_database(settings), clock=lambda: instant)
    house.workspaces.check()
    done = run_pass(house, instant)
    for problem in done.problems:
        typer.echo(problem, err=True)
    typer.echo(f"nudges sent: {done.nudges}, digests sent: {done.digests}")


def _finish(house: House, scheduler: BackgroundScheduler, *closing: Callable[[], None]) -> None:
    """Finish what is in hand and close what is open, within ten seconds; what takes longer is left."""
    end = monotonic() + GRACE_SECONDS
    scheduler.shutdown(wait=False)
    finished = house.in_hand.finish(GRACE_SECONDS)
    closed = finished and all([_within(end + GOODBYE_SECONDS - monotonic(), close) for close in closing])
    if not closed:
        _leave()


def _within(seconds: float, do: Callable[[], None]) -> bool:
    thread = threading.Thread(target=do, daemon=True, name="closing")
    thread.start()
    thread.join(max(seconds, 0))
    return not thread.is_alive()


def _leave() -> None:
    """End although a thread is still at work, which Python would wait for. The tables know what was not finished."""
    log.warning("something did not finish within %s seconds and is left", GRACE_SECONDS)
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
