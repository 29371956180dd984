"""The part of `tend worker` that sends webhooks, as a process of its own that is killed again and again."""

import logging
from functools import partial

from bot.config import Settings
from bot.notifications.webhooks import WebhookRound
from bot.outbound.connection import Network
from bot.services import Services
from storage.db.engine import make_engine
from tests.listeners.office import TOKEN_KEY
from tests.patience import PATIENCE
from tests.reliability.crew import Shared


def work(me: int, shared: Shared, url: str, log: str) -> None:
    """Send what is due until killed."""
    logging.basicConfig(filename=log, level=logging.ERROR, format="%(process)d %(message)s", force=True)
    settings = Settings(slack_bot_token="xoxb-stand-in", tend_token_key=TOKEN_KEY)
    services = Services.build(settings, make_engine(url), shared.clock)
    rounds = WebhookRound(services, Network(loopback=True, timeout=PATIENCE))
    shared.run_rounds(me, partial(_send, rounds, shared))


def _send(rounds: WebhookRound, shared: Shared) -> None:
    rounds.finish(shared.clock())
