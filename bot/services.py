"""Process-wide services, built once by the CLI or a test and passed down. No globals."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.outbound.connection import Network
from bot.process.in_flight import InFlight
from bot.process.job_queue import JobQueue
from bot.process.liveness import Liveness
from bot.process.metrics import Metrics
from bot.slack.client import make_client
from bot.slack.workspaces import SingleWorkspace, Workspaces
from storage.db.engine import make_engine

if TYPE_CHECKING:
    from bot.signed_links import SignedLinks
    from bot.slack.token_store import TokenCipher


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, database, clock, Slack workspaces, in-flight work, metrics, and how other servers are reached."""

    settings: Settings
    engine: Engine
    clock: Clock
    workspaces: Workspaces
    in_flight: InFlight = field(default_factory=InFlight)
    liveness: Liveness = field(default_factory=Liveness)
    metrics: Metrics = field(default_factory=Metrics)
    jobs: JobQueue = field(default_factory=JobQueue)
    network: Network = field(default_factory=Network)

    @classmethod
    def build(
        cls,
        settings: Settings,
        engine: Engine | None = None,
        clock: Clock = system_clock,
        network: Network | None = None,
    ) -> "Services":
        """Build services for a single bot token, or for many workspaces via OAuth.

        Raises:
            ConfigurationError: a required setting is missing.
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
            from bot.slack.oauth import OAuthWorkspaces  # not needed for a single token

            workspaces = OAuthWorkspaces.build(settings, engine, clock, metrics)
        return cls(settings, engine, clock, workspaces, metrics=metrics, network=network or Network())

    def links(self) -> "SignedLinks | None":
        """Return the maker of private links, or None if TEND_URL or the signing secret is not set."""
        from bot.signed_links import SignedLinks  # imports cryptography, which most requests do not need

        return SignedLinks.of(self.settings)

    def cipher(self) -> "TokenCipher | None":
        """Return what encrypts the addresses of people's calendars, or None if TEND_TOKEN_KEY is not set.

        Raises:
            ConfigurationError: it is no key.
        """
        from bot.slack.token_store import TokenCipher  # imports cryptography, which most requests do not need

        key = self.settings.tend_token_key
        return TokenCipher(key.get_secret_value()) if key else None
