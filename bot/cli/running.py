"""The commands that speak to Slack, until they are told to stop."""

import logging
import signal
from datetime import datetime
from queue import SimpleQueue

import typer
from slack_sdk.errors import SlackApiError

from bot.cli.opening import NEEDED_BY_OAUTH, open_database, open_settings
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.house import House
from bot.settings import Settings
from bot.slack import is_passing, refused

log = logging.getLogger(__name__)

GRACE_SECONDS = 10


def _build(*needed: str) -> House:
    """The house, once everything that this way of running needs is there and the token was tried.

    Raises:
        ConfigurationError: something is missing.
        SlackApiError: Slack does not accept the token.
    """
    settings = open_settings()
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
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    from bot.app import create_app
    from bot.clockwork import start_ticking

    if open_settings().by_oauth:
        raise ConfigurationError(
            "Socket Mode serves one workspace; with SLACK_CLIENT_ID use `tend web` and `tend worker`."
        )
    house = _build("slack_app_token")
    stop = _on_signal()
    handler = SocketModeHandler(create_app(house), house.settings.need("slack_app_token"))
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    scheduler = start_ticking(house)
    typer.echo("Tend is running. Stop it with Ctrl-C.")
    stop.get()
    scheduler.shutdown()  # waits for the tick in hand
    handler.close()  # type: ignore[no-untyped-call]


def web() -> None:
    """The HTTP endpoint, until it is told to stop; requests in hand are finished."""
    import uvicorn

    from bot.app import create_app
    from bot.web import make_web

    house = _build("slack_signing_secret")
    uvicorn.run(
        make_web(house, create_app(house)),
        host="0.0.0.0",
        port=house.settings.port,
        log_level=_level(house.settings),
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def worker() -> None:
    """The scheduler alone."""
    from bot.clockwork import start_ticking

    house = _build()
    stop = _on_signal()
    scheduler = start_ticking(house)
    typer.echo("Tend's worker is ticking. Stop it with Ctrl-C.")
    stop.get()
    scheduler.shutdown()


def tick(now: datetime | None) -> None:
    """One pass at an instant."""
    from bot.deliveries import run_pass

    settings = open_settings()
    instant = now or system_clock()
    house = House.build(settings, open_database(settings), clock=lambda: instant)
    house.workspaces.check()
    done = run_pass(house, instant)
    for problem in done.problems:
        typer.echo(problem, err=True)
    typer.echo(f"nudges sent: {done.nudges}, digests sent: {done.digests}")


def _on_signal() -> SimpleQueue[int]:
    """Where the first signal to stop arrives. Not an Event: setting one in a handler can lock up its own waiter."""
    stop: SimpleQueue[int] = SimpleQueue()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _frame: stop.put(number))
    return stop


def _level(settings: Settings) -> str:
    return settings.log_level.lower()
