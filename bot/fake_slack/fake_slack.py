"""`FakeSlack`: the whole thing, started and stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from bot.fake_slack.demo_hooks import Story, TimeMachine
from bot.fake_slack.menu import Menu
from bot.fake_slack.pages.app import Pages
from bot.fake_slack.pages.host import Host
from bot.fake_slack.state.manifest import read_manifest
from bot.fake_slack.state.models import Json, Message
from bot.fake_slack.state.rate_limits import LIMITS, Limit, RateLimiter
from bot.fake_slack.state.workspace import APP_ID, WorkspaceState
from bot.fake_slack.transport.link import BotConnection, InProcessConnection
from bot.fake_slack.transport.routes import Site
from bot.fake_slack.transport.server import LOOPBACK, Server
from bot.fake_slack.transport.socket_mode import SocketConnection
from bot.fake_slack.user.install import InstallActions
from bot.fake_slack.web_api.call import SlackKeys
from bot.fake_slack.web_api.oauth import Distribution, Tokens

T = TypeVar("T")


class FakeSlack(Host, InstallActions):
    """A local stand-in for Slack, made by Tend. Nothing here leaves this machine.

    Use it as a context manager, or with `start()` and `stop()`. The acts (`command`, `click`, `submit` …) go to the
    bot over `link`: Socket Mode unless another is set. `answer_seconds` is how long an answer may take. `rates` says
    how often each method may be called; None: as often as one likes. Until a manifest is installed, the app may do
    everything, has every command, and hears of every event.
    """

    def __init__(
        self,
        port: int = 0,
        team_id: str = "T0TEND",
        bot_token: str = "xoxb-stand-in",
        app_token: str = "xapp-stand-in",
        signing_secret: str = "stand-in-secret",
        clock: Callable[[], datetime] | None = None,
        *,
        team_name: str = "Stand-in",
        should_escape: bool = True,
        answer_seconds: float | None = None,
        rates: Mapping[str, Limit] | None = LIMITS,
    ) -> None:
        self._port, self._team_id, self._team_name = port, team_id, team_name
        self.clock = clock
        self.keys = SlackKeys(bot_token, app_token, signing_secret)
        self.tokens = Tokens(bot_token)
        self.should_escape, self.rates = should_escape, rates
        self.sockets: SocketConnection = SocketConnection(APP_ID, answer_seconds)
        # The stand-in whose server this workspace shares; the workspaces that share ours; the app they may install.
        self._home: FakeSlack | None = None
        self._neighbours: list[FakeSlack] = []
        self._distribution: Distribution | None = None
        self._link: BotConnection = self.sockets
        # What the page offers in its menus; the acts work without it.
        self.menu = Menu()
        # What a demo adds around the workspace.
        self.time_machine: TimeMachine | None = None
        self.story: Story | None = None
        self._server: Server | None = None
        self.world = self._new_world()

    def _new_world(self) -> WorkspaceState:
        world = WorkspaceState(self.clock, self._team_id, self._team_name)
        world.rates = None if self.rates is None else RateLimiter(world.clock, self.rates)
        return world

    # -- life

    def start(self) -> Self:
        """Listen on the loopback address."""
        self._server = Server(self, self._port, Pages(self).routes())
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening; may be called twice."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def reset(self) -> WorkspaceState:
        """A new empty world without a manifest, and Socket Mode again as the link; server and open websockets stay.

        The neighbours are gone, and with them the app that any workspace may install.
        """
        self.world, self.tokens = self._new_world(), Tokens(self.keys.bot_token)
        self._neighbours, self._distribution = [], None
        self._link = self.sockets
        self.menu = Menu()
        self.time_machine, self.story = None, None
        return self.world

    def install(self, manifest: Json) -> None:
        """Install the app that a Slack app manifest describes: from now on it may do what is in there, and no more.

        Raises:
            StandInError: Slack would not make an app of it.
        """
        app = read_manifest(manifest)
        self.world.installed, self.world.scopes = app, app.scopes
        self.menu = Menu(
            commands=tuple((one.name, one.usage_hint) for one in app.commands),
            shortcuts=tuple((one.callback_id, one.name) for one in app.shortcuts),
            message_shortcuts=tuple((one.callback_id, one.name) for one in app.message_shortcuts),
        )

    # -- many workspaces

    def neighbour(self, team_id: str, *, bot_token: str | None = None, team_name: str = "Neighbour") -> FakeSlack:
        """Another workspace behind the same server, with a world, a link and a token of its own.

        It has the same app, so the signing secret is the same. It lives until `reset`, and is never started itself.
        """
        token = bot_token or f"xoxb-{team_id}"
        other = FakeSlack(0, team_id, token, self.keys.app_token, self.keys.signing_secret, self.clock,
                        team_name=team_name, should_escape=self.should_escape, rates=self.rates)  # fmt: skip
        other._home, other.sockets, other._link = self, self.sockets, self.sockets
        if self._distribution is not None:
            other.tokens = Tokens()
        self._neighbours.append(other)
        return other

    def distribute(
        self, manifest: Json, *, client_id: str = "1.2", client_secret: str = "stand-in-client", rotates: bool = False
    ) -> None:
        """Make the app of a manifest that any workspace may install by OAuth; as yet none has, so no token is good.

        `rotates`: its tokens run out after twelve hours, and come with a refresh token.
        """
        self._distribution = Distribution(read_manifest(manifest), client_id, client_secret, rotates)
        for one in (self, *self._neighbours):
            one.tokens = Tokens()

    @property
    def distribution(self) -> Distribution | None:
        return (self._home or self)._distribution

    def sites(self) -> list[Site]:
        """All workspaces behind this server."""
        return [self, *self._neighbours]

    # -- where it is

    @property
    def port(self) -> int:
        server = (self._home or self)._server
        if server is None:
            raise RuntimeError("the stand-in is not started")
        return server.port

    @property
    def page_url(self) -> str:
        """The page for people; also what auth.test gives as the workspace's url."""
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def base_url(self) -> str:
        return self.page_url

    @property
    def api_url(self) -> str:
        """The value for SLACK_API_URL."""
        return f"{self.page_url}api/"

    @property
    def link(self) -> BotConnection:
        """The way to the bot."""
        return self._link

    @link.setter
    def link(self, link: BotConnection) -> None:
        if isinstance(link, InProcessConnection) and link.secret is None:
            link.secret = self.keys.signing_secret
        self._link = link

    # -- what is to be seen

    def dm(self, user: str) -> list[Message]:
        """The messages in the DM between the bot and this person, oldest first."""
        return self.world.messages(self.world.open_dm(user).id)

    def channel(self, channel: str) -> list[Message]:
        """The messages in a channel, oldest first."""
        return self.world.messages(channel)

    def ephemerals(self, user: str) -> list[Message]:
        """What was shown only to this person, oldest first."""
        return self.world.ephemerals(user)

    def wait_for(self, what: Callable[[], T], seconds: float = 60.0) -> T:
        """Wait until `what()` is true (for what the bot does after its answer); returns its last value."""
        return self.world.wait_for(what, seconds)
