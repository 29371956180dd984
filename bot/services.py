"""What a running Tend is made of. Built by the command line or a test, and handed down; nothing global."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.process.in_flight import InFlight
from bot.process.liveness import Liveness
from bot.process.metrics import Metrics
from bot.slack.client import make_client
from bot.slack.workspaces import SingleWorkspace, Workspaces
from storage.db.engine import make_engine

if TYPE_CHECKING:
    from bot.signed_links import SignedLinks


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the database, the clock and the way to Slack; what is in hand, and what was counted."""

    settings: Settings
    engine: Engine
    clock: Clock
    workspaces: Workspaces
    in_flight: InFlight = field(default_factory=InFlight)
    liveness: Liveness = field(default_factory=Liveness)
    metrics: Metrics = field(default_factory=Metrics)

    @classmethod
    def build(cls, settings: Settings, engine: Engine | None = None, clock: Clock = system_clock) -> "Services":
        """A house for the one bot token, or for every workspace that installs the app by OAuth.

        Raises:
            ConfigurationError: neither a token nor an app's client id is set, or what goes with the latter is missing.
        """
        engine = engine or make_engine(settings.database_url)
        metrics = Metrics()
        metrics.count_errors_of(engine)
        workspaces: Workspaces
        if not settings.by_oauth:
            client = make_client(settings.need("slack_bot_token"), settings.slack_api_url)
            metrics.count_calls_of(client)
            workspaces = SingleWorkspace(engine, clock, client)
        else:
            from bot.slack.oauth import OAuthWorkspaces  # what one token needs nothing of

            workspaces = OAuthWorkspaces.build(settings, engine, clock, metrics)
        return cls(settings, engine, clock, workspaces, metrics=metrics)

    def links(self) -> "SignedLinks | None":
        """How people outside are given private links; None where this Tend has no address for them."""
        from bot.signed_links import SignedLinks  # brings cryptography along, which most requests need nothing of

        return SignedLinks.of(self.settings)
