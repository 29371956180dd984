"""`serve`: the stand-in, the made-up workspace and the bot in one process, until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.clock import Clock, system_clock
from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.house import House
    from bot.sandbox import StandIn
    from bot.team import Team

FILE_NAME = "tend.db"
ZONE = "Europe/London"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(slots=True)
class _Clock:
    """The stand-in's clock: `real`, but while the past is told."""

    real: Clock
    stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        return self.stopped_at or self.real()

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """What happens within is stamped with `instant`."""
        self.stopped_at = instant
        try:
            yield
        finally:
            self.stopped_at = None


def serve(
    *,
    port: int = 0,
    keep: Path | None = None,
    announce: Callable[[str], None],
    stop: threading.Event | None = None,
    clock: Clock = system_clock,
) -> None:
    """Show the workspace on `port` of the loopback address (0: a free one) until `stop` is set, Ctrl-C or SIGTERM.

    With `keep`, a folder, the workspace stays there and is found again; without, nothing is left behind. The story is
    told as of `clock`.

    Raises:
        ConfigurationError: the port is taken, or `keep` is no folder.
    """
    from bot.house import House
    from bot.sandbox import StandIn

    with ExitStack() as stack:
        wait = stop.wait if stop else stack.enter_context(_signals())
        stack.enter_context(_without_proxy())
        told_by = _Clock(clock)
        slack = StandIn(port, clock=told_by, team_name=_team_name())
        _start(slack, port)
        stack.callback(slack.stop)
        folder = _folder(keep) if keep else Path(stack.enter_context(TemporaryDirectory(prefix="tend-demo-")))
        house = House.build(_settings(slack, folder), clock=clock)
        stack.callback(house.engine.dispose)
        _fill(house, slack, told_by)
        stack.enter_context(_connected(house, slack))
        announce(f"A made-up workspace, in a local stand-in for Slack: {slack.page_url}\nStop it with Ctrl-C.")
        wait()


def _team_name() -> str:
    from bot.demo.cast import TEAM_NAME

    return TEAM_NAME


@contextmanager
def _signals() -> Iterator[Callable[[], object]]:
    """Waits for Ctrl-C or SIGTERM, also for one that came before the waiting began."""
    # An event would not do: a handler that sets it while the same thread is about to wait for it waits for itself.
    told: SimpleQueue[int] = SimpleQueue()
    before = {one: signal.signal(one, lambda number, _: told.put(number)) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told.get
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _without_proxy() -> Iterator[None]:
    """No proxy for this process: slack_sdk would send loopback requests to it too."""
    names = [name for upper in PROXIES for name in (upper, upper.lower()) if name in os.environ]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)


def _start(slack: StandIn, port: int) -> None:
    if not 0 <= port < 2**16:
        raise ConfigurationError(f"There is no port {port}; choose one from 1 to 65535, or leave --port out.")
    try:
        slack.start()
    except OSError as error:
        raise ConfigurationError(
            f"The demo can't use port {port} ({(error.strerror or str(error)).lower()}); "
            "choose another with --port, or leave it out."
        ) from None


def _folder(keep: Path) -> Path:
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"The demo can't keep its workspace in {keep}: {error.strerror}.") from None
    return keep


def _settings(slack: StandIn, folder: Path) -> Any:
    """Every setting is given, so that none is taken from the environment."""
    from bot.settings import Settings

    return Settings.model_validate(
        {
            "slack_bot_token": slack.keys.bot_token,
            "slack_app_token": slack.keys.app_token,
            "slack_signing_secret": slack.keys.signing_secret,
            "slack_api_url": slack.api_url,
            "database_url": f"sqlite:///{(folder / FILE_NAME).resolve()}",
            "port": slack.port,
            "log_level": "WARNING",
        }
    )


def _fill(house: House, slack: StandIn, clock: _Clock) -> None:
    """People, channels and menus; the partners, unless they are there from before; and what Tend had to say lately."""
    from bot.deliveries import run_pass
    from bot.demo import cast
    from bot.demo.days import digest_instant, nudge_instant
    from bot.demo.seed import seed
    from bot.demo.story import again, talk
    from bot.manifest import manifest
    from storage import partners
    from storage.engine import reading
    from storage.migrate import check, migrate

    if not check(house.engine):
        migrate(house.engine)
    cast.fill(slack.world)
    slack.install(manifest())
    team, now = house.installation.connect(), house.clock()
    with reading(house.engine) as session:
        known = bool(partners.names(session, workspace_id=team.id))
    if not known:
        team = _set_up(house, team, now)
        seed(house.engine, team, now)
    talk(slack.world, clock.at, team, now, before_digest=True)
    again(house.engine, slack.world, clock.at, team)
    for instant in sorted({digest_instant(team, now), nudge_instant(team, now)}):
        with clock.at(instant):
            run_pass(house, instant)
    talk(slack.world, clock.at, team, now, before_digest=False)


def _set_up(house: House, team: Team, now: datetime) -> Team:
    from bot.actions.caller import Caller
    from bot.actions.team_settings import change_settings
    from bot.demo import cast

    asked = {"timezone": ZONE, "digest_channel": cast.PARTNERSHIPS, "stewards": cast.CHLOE}
    return change_settings(house.engine, Caller(team, cast.ADMIN, now, is_steward=True), asked)


@contextmanager
def _connected(house: House, slack: StandIn) -> Iterator[None]:
    """The bot, connected by Socket Mode."""
    import logging

    from slack_bolt.adapter.socket_mode import SocketModeHandler

    from bot.app import create_app

    log = logging.getLogger(f"{__name__}.socket")
    log.setLevel(logging.WARNING)
    handler = SocketModeHandler(create_app(house), slack.keys.app_token, logger=log)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        if not slack.sockets.wait_connected():
            raise ConfigurationError("The bot could not connect to the stand-in; is something filtering loopback?")
        yield
    finally:
        # Closed from Slack's end first: slack_sdk's own close waits for its next read to time out, three seconds.
        log.setLevel(logging.CRITICAL)  # it complains of its own closing
        handler.client.auto_reconnect_enabled = False
        handler.client.default_auto_reconnect_enabled = False
        slack.sockets.drop()
        try:
            handler.close()  # type: ignore[no-untyped-call]
        except AttributeError:  # slack_sdk saw the end at the same moment, and let go of what it was about to close
            handler.close()  # type: ignore[no-untyped-call]
