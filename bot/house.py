"""What a running Tend is made of. Built by the command line or a test, and handed down; nothing global."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.clock import Clock, system_clock
from bot.settings import Settings
from bot.slack import Installation, make_client
from storage.engine import make_engine


@dataclass(frozen=True, slots=True)
class House:
    """The settings, the database, the clock and the way to Slack."""

    settings: Settings
    engine: Engine
    clock: Clock
    installation: Installation

    @classmethod
    def build(cls, settings: Settings, engine: Engine | None = None, clock: Clock = system_clock) -> "House":
        """A house for one bot token.

        Raises:
            ConfigurationError: the token is not set.
        """
        engine = engine or make_engine(settings.database_url)
        client = make_client(settings.need("slack_bot_token"), settings.slack_api_url)
        return cls(settings, engine, clock, Installation(engine, clock, client))
