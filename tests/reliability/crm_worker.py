"""A worker that reads CRMs at a time that is given: `python -m tests.reliability.crm_worker DATABASE CRM INSTANT`."""

import sys
from datetime import datetime, timedelta

from bot.config import Settings
from bot.notifications.crm import CrmRound
from bot.services import Services
from storage.db.engine import make_engine
from tests.listeners.office import TOKEN_KEY, Clock

ROUNDS = 3


def main(database: str, crm: str, instant: str) -> None:
    clock = Clock(datetime.fromisoformat(instant))
    given = {"slack_bot_token": "xoxb-kills", "tend_token_key": TOKEN_KEY, "hubspot_api_url": crm}
    settings = Settings(**given)
    services = Services.build(settings, make_engine(database), clock)
    for _ in range(ROUNDS):
        CrmRound(services, lambda _seconds: None).run()
        clock.now += timedelta(minutes=61)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
