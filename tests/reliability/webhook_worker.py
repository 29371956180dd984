"""The part of `tend worker` that sends webhooks, as a process of its own that is killed again and again."""

import logging
import time

from bot.config import Settings
from bot.notifications.webhooks import WebhookRound
from bot.outbound.connection import Network
from bot.services import Services
from storage.db.engine import make_engine
from tests.listeners.office import TOKEN_KEY
from tests.patience import PATIENCE
from tests.reliability.worker import BETWEEN_ROUNDS, Shared


def work(me: int, url: str, shared: Shared, log: str) -> None:
    """Send what is due until killed; between two rounds wait as long as the harness holds everybody."""
    logging.basicConfig(filename=log, level=logging.ERROR, format="%(process)d %(message)s", force=True)
    settings = Settings(slack_bot_token="xoxb-stand-in", tend_token_key=TOKEN_KEY)
    services = Services.build(settings, make_engine(url), shared.clock)
    rounds = WebhookRound(services, Network(loopback=True, timeout=PATIENCE))
    while True:
        while shared.hold.value:
            shared.held[me] = True
            time.sleep(BETWEEN_ROUNDS)
        shared.held[me] = False
        rounds.finish(shared.clock())
        shared.rounds[me] += 1
        time.sleep(BETWEEN_ROUNDS)
