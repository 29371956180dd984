"""The made-up workspace with the bot connected to it: opened, filled, and closed again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.actions.caller import Caller
from bot.actions.workspace.settings import change_settings
from bot.app import create_app
from bot.clock import Clock
from bot.config import Settings
from bot.demo import people
from bot.demo.calendar import digest_instant, nudge_instant
from bot.demo.chatter import member_messages, past_bot_messages
from bot.demo.clock import DemoClock
from bot.demo.partner_site import PublicServer
from bot.demo.seed import seed
from bot.demo.time_machine import DemoTimeMachine
from bot.demo.walkthrough import Story
from bot.errors import ConfigurationError
from bot.fake_slack import FakeSlack
from bot.notifications.deliver import run_all
from bot.notifications.scheduler import start_scheduler
from bot.notifications.welcome import send_welcome
from bot.services import Services
from bot.slack.manifest import build_manifest
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.migrate import check, migrate
from storage.partners import names

FILE_NAME, OFFSET_FILE_NAME = "tend.db", "moved-seconds.txt"
ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """The open workspace: the bot's house, the stand-in that it is connected to, and the clock of both."""

    services: Services
    slack: FakeSlack
    clock: DemoClock
    travel: DemoTimeMachine


@contextmanager
def open_workspace(
    *, port: int = 0, keep: Path | None = None, empty: bool = False, clock: Clock
) -> Iterator[DemoWorkspace]:
    """The workspace on `port` of the loopback address (0: a free one), told as of `clock`.

    `empty`: nothing is in it yet.

    With `keep`, a folder, it stays there and is found again, at the time that it had come to; without, nothing is left.

    Raises:
        ConfigurationError: the port is taken, or `keep` is no folder.
    """
    with ExitStack() as stack:
        folder = _folder(keep) if keep else Path(stack.enter_context(TemporaryDirectory(prefix="tend-demo-")))
        shown = DemoClock(clock, _load_offset(folder))
        slack = FakeSlack(port, clock=shown, team_name=people.TEAM_NAME)
        _start_fake_slack(slack, port)
        stack.callback(slack.stop)
        outside = PublicServer()
        stack.callback(outside.close)
        services = Services.build(_build_settings(slack, folder, outside.url), clock=shown)
        stack.callback(services.engine.dispose)
        stack.callback(
            lambda: (folder / OFFSET_FILE_NAME).write_text(str(shown.moved.total_seconds()), encoding="ascii")
        )
        _begin(services, slack) if empty else _fill_database(services, slack, shown)
        stack.enter_context(_connect_bot(services, slack))
        stack.enter_context(outside.serving(services))
        stack.enter_context(_run_scheduler(services))
        travel = DemoTimeMachine(services, slack, shown)
        stack.callback(travel.stop)
        slack.time_machine, slack.story = travel, Story(services, slack, shown)
        yield DemoWorkspace(services, slack, shown, travel)


def _start_fake_slack(slack: FakeSlack, port: int) -> None:
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


def _load_offset(folder: Path) -> timedelta:
    try:
        return timedelta(seconds=float((folder / OFFSET_FILE_NAME).read_text(encoding="ascii")))
    except FileNotFoundError:
        return timedelta(0)
    except (ValueError, OverflowError):
        raise ConfigurationError(f"{folder / OFFSET_FILE_NAME} should hold a number of seconds; delete it.") from None


def _build_settings(slack: FakeSlack, folder: Path, outside: str) -> Settings:
    """Every setting is given, so that none is taken from the environment."""
    given: dict[str, Any] = {
        "slack_bot_token": slack.keys.bot_token,
        "slack_app_token": slack.keys.app_token,
        "slack_signing_secret": slack.keys.signing_secret,
        "slack_api_url": slack.api_url,
        "tend_url": outside,
        "database_url": f"sqlite:///{(folder / FILE_NAME).resolve()}",
        "port": slack.port,
        "metrics_port": None,
        "metrics_host": "127.0.0.1",
        "log_level": "WARNING",
        "log_format": "text",
    }
    return Settings.model_validate(given)


def _fill_database(services: Services, slack: FakeSlack, clock: DemoClock) -> None:
    """People and channels; the partners, unless they are there from before; and what was said lately, in its order."""
    if not check(services.engine):
        migrate(services.engine)
    people.add_people_and_channels(slack.world)
    slack.install(build_manifest())
    team, now = services.workspaces.teams()[0], services.clock()
    with reading(services.engine) as session:
        known = bool(names.list_names(session, workspace_id=team.id))
    if not known:
        team = _set_up(services, team, now)
        seed(services.engine, team, now)
    happened: list[tuple[datetime, Callable[[], object]]] = [
        *(
            (one.at, partial(slack.world.post, one.channel, one.text, user=one.user))
            for one in member_messages(team, now)
        ),
        *(
            (one.at, partial(slack.world.post, one.channel, one.message.text, one.message.blocks))
            for one in past_bot_messages(services.engine, slack.world, team)
        ),
        *((one, partial(run_all, services, one)) for one in {digest_instant(team, now), nudge_instant(team, now)}),
    ]
    for instant, do in sorted(happened, key=lambda one: one[0]):
        with clock.at(instant):
            do()


def _begin(services: Services, slack: FakeSlack) -> None:
    """People and channels, and Tend as it was just installed: it says hello to the admin who did."""
    if not check(services.engine):
        migrate(services.engine)
    people.add_people_and_channels(slack.world)
    slack.install(build_manifest())
    team = services.workspaces.teams()[0]
    with reading(services.engine) as session:
        known = bool(names.list_names(session, workspace_id=team.id))
    if not known:
        send_welcome(services.engine, services.clock, services.workspaces, team, people.ADMIN)


def _set_up(services: Services, team: Team, now: datetime) -> Team:
    asked = {"timezone": ZONE, "digest_channel": people.PARTNERSHIPS, "stewards": people.CHLOE}
    return change_settings(services.engine, Caller(team, people.ADMIN, now, is_steward=True), asked)


@contextmanager
def _run_scheduler(services: Services) -> Iterator[None]:
    scheduler = start_scheduler(services)
    try:
        yield
    finally:
        scheduler.shutdown()


@contextmanager
def _connect_bot(services: Services, slack: FakeSlack) -> Iterator[None]:
    """The bot, connected by Socket Mode."""
    log = logging.getLogger(f"{__name__}.socket")
    log.setLevel(logging.WARNING)
    handler = SocketModeHandler(create_app(services), slack.keys.app_token, logger=log)
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
