"""Open the demo workspace: start the fake Slack, fill the database, connect the bot."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
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
from bot.demo.agenda import Agenda, network_to
from bot.demo.calendar import digest_instant, nudge_instant
from bot.demo.chatter import member_messages, past_bot_messages
from bot.demo.clock import DemoClock
from bot.demo.desk import DemoDesk, make_addresses
from bot.demo.mail_server import HOST, serve_mail
from bot.demo.partner_site import PublicServer
from bot.demo.seed import seed
from bot.demo.time_machine import DemoTimeMachine
from bot.demo.walkthrough import Story
from bot.errors import ConfigurationError
from bot.fake_slack import FakeSlack
from bot.notifications.claim import run_all
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
    """An open demo workspace: the bot's services, the fake Slack, and their shared clock."""

    services: Services
    slack: FakeSlack
    clock: DemoClock
    travel: DemoTimeMachine


@contextmanager
def open_workspace(
    *, port: int = 0, keep: Path | None = None, empty: bool = False, clock: Clock
) -> Iterator[DemoWorkspace]:
    """Open the demo workspace on `port` of the loopback address (0: a free one).

    Its time is `clock` plus what it was moved by.

    `empty`: nothing is in it yet.

    With `keep`, a folder, it stays there and is found again, at the time that it had come to; without, nothing is left.

    Raises:
        ConfigurationError: the port is in use, or `keep` is not a folder.
    """
    with ExitStack() as stack:
        folder = _folder(keep) if keep else Path(stack.enter_context(TemporaryDirectory(prefix="tend-demo-")))
        shown = DemoClock(clock, _load_offset(folder))
        slack = FakeSlack(port, clock=shown, team_name=people.TEAM_NAME)
        _start_fake_slack(slack, port)
        stack.callback(slack.stop)
        outside = PublicServer()
        stack.callback(outside.close)
        agenda, settings = Agenda(folder), _build_settings(slack, folder, outside.url, None if empty else HOST)
        services = Services.build(settings, clock=shown, network=network_to(outside.port))
        stack.callback(services.engine.dispose)
        stack.callback(
            lambda: (folder / OFFSET_FILE_NAME).write_text(str(shown.moved.total_seconds()), encoding="ascii")
        )
        _begin(services, slack) if empty else _fill_database(services, slack, shown)
        stack.enter_context(_connect_bot(services, slack))
        stack.enter_context(outside.serving(services, agenda.route()))
        stack.enter_context(_run_scheduler(services))
        travel = DemoTimeMachine(services, slack, shown, agenda)
        stack.callback(travel.stop)
        slack.time_machine = travel
        if not empty:  # on the first day there is nobody to write to, and nothing to tell of
            slack.desk = DemoDesk(services, slack, agenda, stack.enter_context(serve_mail(services)), outside.url)
            slack.story = Story(services, slack, shown)
        yield DemoWorkspace(services, slack, shown, travel)


def _start_fake_slack(slack: FakeSlack, port: int) -> None:
    if not 0 <= port < 2**16:
        raise ConfigurationError(f"{port} is not a valid port; choose one from 1 to 65535, or omit --port.")
    try:
        slack.start()
    except OSError as error:
        raise ConfigurationError(
            f"The demo can't use port {port} ({(error.strerror or str(error)).lower()}); "
            "choose another with --port, or omit it."
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
        raise ConfigurationError(
            f"{folder / OFFSET_FILE_NAME} should contain a number of seconds; delete it."
        ) from None


def _build_settings(slack: FakeSlack, folder: Path, outside: str, mail_host: str | None) -> Settings:
    """Set every setting, so that none comes from the environment."""
    values: dict[str, Any] = {
        "slack_bot_token": slack.keys.bot_token,
        "slack_app_token": slack.keys.app_token,
        "slack_signing_secret": slack.keys.signing_secret,
        "slack_api_url": slack.api_url,
        "tend_url": outside,
        "tend_mail_host": mail_host,
        "tend_token_key": urlsafe_b64encode(sha256(people.TEAM_NAME.encode()).digest()).decode(),
        "database_url": f"sqlite:///{(folder / FILE_NAME).resolve()}",
        "port": slack.port,
        "metrics_port": None,
        "metrics_host": "127.0.0.1",
        "log_level": "WARNING",
        "log_format": "text",
    }
    return Settings.model_validate(values)


def _fill_database(services: Services, slack: FakeSlack, clock: DemoClock) -> None:
    """Add people and channels, seed the partners unless kept, and replay recent messages in order."""
    if not check(services.engine):
        migrate(services.engine)
    people.add_people_and_channels(slack.world)
    slack.install(build_manifest(prompts=True))
    team, now = services.workspaces.teams()[0], services.clock()
    with reading(services.engine) as session:
        is_seeded = bool(names.list_names(session, workspace_id=team.id))
    if not is_seeded:
        team = _set_up(services, team, now)
        seed(services.engine, team, now)
        make_addresses(services.engine, team, people.MEMBERS, now - timedelta(days=14))
    events: list[tuple[datetime, Callable[[], object]]] = [
        *(
            (chat.at, partial(slack.world.post, chat.channel, chat.text, user=chat.user))
            for chat in member_messages(team, now)
        ),
        *(
            (post.at, partial(slack.world.post, post.channel, post.message.text, post.message.blocks))
            for post in past_bot_messages(services.engine, slack.world, team)
        ),
        *((at, partial(run_all, services, at)) for at in {digest_instant(team, now), nudge_instant(team, now)}),
    ]
    for instant, do in sorted(events, key=lambda event: event[0]):
        with clock.at(instant):
            do()


def _begin(services: Services, slack: FakeSlack) -> None:
    """Add people and channels and install Tend, which greets the admin who did so. Do nothing of it twice."""
    if not check(services.engine):
        migrate(services.engine)
    people.add_people_and_channels(slack.world, first=people.ADMIN)
    slack.install(build_manifest(prompts=True))
    team = services.workspaces.teams()[0]
    with reading(services.engine) as session:
        known = bool(names.list_names(session, workspace_id=team.id))
    if not known:
        send_welcome(services.engine, services.clock, services.workspaces, team, people.ADMIN)


def _set_up(services: Services, team: Team, now: datetime) -> Team:
    """Set a fortnight ago, so that the latest digest is due and covers its whole week."""
    changes = {"timezone": ZONE, "digest_channel": people.PARTNERSHIPS, "stewards": people.CHLOE}
    set_at = now - timedelta(days=14)
    return change_settings(services.engine, Caller(team, people.ADMIN, set_at, is_steward=True), changes)


@contextmanager
def _run_scheduler(services: Services) -> Iterator[None]:
    scheduler = start_scheduler(services)
    try:
        yield
    finally:
        scheduler.shutdown()


@contextmanager
def _connect_bot(services: Services, slack: FakeSlack) -> Iterator[None]:
    """Connect the bot via Socket Mode during the block."""
    log = logging.getLogger(f"{__name__}.socket")
    log.setLevel(logging.WARNING)
    handler = SocketModeHandler(create_app(services), slack.keys.app_token, logger=log)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        if not slack.sockets.wait_connected():
            raise ConfigurationError(
                "The bot could not connect to the fake Slack; check whether a firewall blocks loopback connections."
            )
        yield
    finally:
        # Close from Slack's side first: slack_sdk's own close waits three seconds for its read to time out.
        log.setLevel(logging.CRITICAL)  # it logs errors about its own closing
        handler.client.auto_reconnect_enabled = False
        handler.client.default_auto_reconnect_enabled = False
        slack.sockets.drop()
        try:
            handler.close()  # type: ignore[no-untyped-call]
        except AttributeError:  # slack_sdk noticed the end at the same moment and dropped its session
            handler.close()  # type: ignore[no-untyped-call]
