"""What a running Tend is made of. Built by the command line or a test, and handed down; nothing global."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.process.in_flight import InHand
from bot.process.liveness import Pulse
from bot.process.metrics import Metrics
from bot.slack.client import OneToken, Workspaces, make_client
from storage.db.engine import make_engine

if TYPE_CHECKING:
    from bot.signed_links import Links


@dataclass(frozen=True, slots=True)
class House:
    """The settings, the database, the clock and the way to Slack; what is in hand, and what was counted."""

    settings: Settings
    engine: Engine
    clock: Clock
    workspaces: Workspaces
    in_hand: InHand = field(default_factory=InHand)
    pulse: Pulse = field(default_factory=Pulse)
    metrics: Metrics = field(default_factory=Metrics)

    @classmethod
    def build(cls, settings: Settings, engine: Engine | None = None, clock: Clock = system_clock) -> "House":
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
            workspaces = OneToken(engine, clock, client)
        else:
            from bot.slack.oauth import ByOAuth  # what one token needs nothing of

            workspaces = ByOAuth.build(settings, engine, clock, metrics)
        return cls(settings, engine, clock, workspaces, metrics=metrics)

    def links(self) -> "Links | None":
        """How people outside are given private links; None where this Tend has no address for them."""
        from bot.signed_links import Links  # brings cryptography along, which most requests need nothing of

        return Links.of(self.settings)
