"""`FakeSlack`: the complete server with its workspaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from bot.fake_slack.demo_hooks import Desk, Story, TimeMachine
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
from bot.fake_slack.user.organisation import Grid
from bot.fake_slack.web_api.call import SlackKeys
from bot.fake_slack.web_api.oauth import Distribution, Tokens
from bot.fake_slack.web_api.organisation import Organisation

T = TypeVar("T")


class FakeSlack(Host, InstallActions):
    """A local fake of Slack. Nothing leaves this machine.

    Use it as a context manager, or with `start()` and `stop()`. User actions (`command`, `click`, `submit` …) reach the
    bot over `link`, by default Socket Mode. `answer_seconds` limits how long the bot's response may take. `rates` are
    the rate limits of each method; None disables them. Until a manifest is installed, the app has all scopes and
    commands and gets all events.
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
        # The FakeSlack whose server we share; workspaces that share ours; the app that they may install.
        self._home: FakeSlack | None = None
        self._neighbours: list[FakeSlack] = []
        self._distribution: Distribution | None = None
        self._organisations: list[Grid] = []
        self._link: BotConnection = self.sockets
        # Menus on the page. User actions work without them.
        self.menu = Menu()
        # Set by a demo.
        self.time_machine: TimeMachine | None = None
        self.story: Story | None = None
        self.desk: Desk | None = None
        self._server: Server | None = None
        self.world = self._new_world()

    def _new_world(self) -> WorkspaceState:
        world = WorkspaceState(self.clock, self._team_id, self._team_name)
        world.rates = None if self.rates is None else RateLimiter(world.clock, self.rates)
        return world

    # -- start and stop

    def start(self) -> Self:
        """Start the server on the loopback address."""
        self._server = Server(self, self._port, Pages(self).routes())
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop the server. Calling it again has no effect."""
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
        """Return a new empty workspace without a manifest, and use Socket Mode. The server and websockets stay open.

        Neighbours, organisations and the distributed app are removed.
        """
        self.world, self.tokens = self._new_world(), Tokens(self.keys.bot_token)
        self._neighbours, self._organisations, self._distribution = [], [], None
        self._link = self.sockets
        self.menu = Menu()
        self.time_machine, self.story, self.desk = None, None, None
        return self.world

    def install(self, manifest: Json) -> None:
        """Install an app from its manifest, which then limits its scopes, commands and events.

        Raise FakeSlackError for a manifest that Slack would reject.
        """
        app = read_manifest(manifest)
        self.world.installed, self.world.scopes = app, app.scopes
        self.menu = Menu(
            commands=tuple((item.name, item.usage_hint) for item in app.commands),
            shortcuts=tuple((item.callback_id, item.name) for item in app.shortcuts),
            message_shortcuts=tuple((item.callback_id, item.name) for item in app.message_shortcuts),
        )

    # -- many workspaces

    def neighbour(self, team_id: str, *, bot_token: str | None = None, team_name: str = "Neighbour") -> FakeSlack:
        """Add a workspace on the same server, with its own state, link and token.

        It has the same app and signing secret. It exists until `reset`, and must not be started itself.
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
        self,
        manifest: Json,
        *,
        client_id: str = "1.2",
        client_secret: str = "stand-in-client",
        rotates: bool = False,
        in_marketplace: bool = False,
    ) -> None:
        """Offer an app that workspaces install via OAuth. Until one does, no token is valid.

        `rotates`: tokens expire after twelve hours and come with a refresh token. Unless it is
        `in_marketplace`, it may read one page of 15 messages a minute.
        """
        self._distribution = Distribution(read_manifest(manifest), client_id, client_secret, rotates, in_marketplace)
        for site in (self, *self._neighbours):
            site.tokens = Tokens()

    @property
    def distribution(self) -> Distribution | None:
        return (self._home or self)._distribution

    def sites(self) -> list[Site]:
        """Return all workspaces on this server."""
        return [self, *self._neighbours]

    def organise(self, id: str, *offices: FakeSlack, name: str = "Grid") -> Grid:
        """Make an Enterprise organisation of workspaces on this server, which may install the app for all of them.

        Add people and channels afterwards: somebody of several workspaces to each, with the same id and `teams`.
        """
        grid = Grid(id, name, offices)
        self._organisations.append(grid)
        return grid

    def organisations(self) -> list[Organisation]:
        """Return the organisations on this server."""
        return list(self._organisations)

    # -- addresses

    @property
    def port(self) -> int:
        server = (self._home or self)._server
        if server is None:
            raise RuntimeError("FakeSlack is not started")
        return server.port

    @property
    def page_url(self) -> str:
        """The URL of the browser page, which auth.test also returns."""
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
        """The connection to the bot."""
        return self._link

    @link.setter
    def link(self, link: BotConnection) -> None:
        if isinstance(link, InProcessConnection) and link.secret is None:
            link.secret = self.keys.signing_secret
        self._link = link

    # -- what people see

    def dm(self, user: str) -> list[Message]:
        """Return the messages in the DM between the bot and a person, oldest first."""
        return self.world.messages(self.world.open_dm(user).id)

    def channel(self, channel: str) -> list[Message]:
        """Return the messages in a channel, oldest first."""
        return self.world.messages(channel)

    def ephemerals(self, user: str) -> list[Message]:
        """Return the ephemeral messages of a person, oldest first."""
        return self.world.ephemerals(user)

    def wait_for(self, what: Callable[[], T], seconds: float = 60.0) -> T:
        """Wait until `what()` is true, for what the bot does after its response. Return its last value."""
        return self.world.wait_for(what, seconds)
