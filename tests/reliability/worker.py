"""A worker as a process of its own: `tend worker`'s rounds, one after the other, on a clock that the harness moves."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.config import Settings
from bot.notifications import scheduler, send
from bot.notifications.pool import WorkspacePool
from bot.notifications.post import PostedMessage
from bot.notifications.send import ClaimedDelivery
from bot.services import Services
from bot.workspace.team import Team
from storage.db.engine import make_engine, writing
from storage.notifications import deliveries
from storage.tables import Delivery
from tests.reliability.crew import Shared

MOMENT = 0.1


def work(me: int, shared: Shared, url: str, api_url: str, broken: str, log: str) -> None:
    """Look after the workspace until killed."""
    logging.basicConfig(filename=log, level=logging.WARNING, format="%(process)d %(asctime)s %(message)s", force=True)
    if broken:
        BROKEN[broken]()
    settings = Settings(slack_bot_token="xoxb-stand-in", slack_api_url=api_url)
    services = Services.build(settings, make_engine(url), shared.clock)
    rounds = WorkspacePool(services)
    shared.run_rounds(me, lambda: scheduler.tick(services, rounds))


# -- what a harness that can fail has to catch; a moment passes where it goes wrong, as it would on a busy machine


def _never_looks() -> None:
    """Whatever was left unfinished is posted, as if it could not stand there."""
    send.find_posted = lambda *_: None  # type: ignore[assignment]


def _marks_first() -> None:
    """A delivery is marked as sent, then posted."""

    def deliver(services: Services, team: Team, claimed: ClaimedDelivery, _now: datetime) -> PostedMessage | None:
        with writing(services.engine) as session:
            deliveries.finish(session, delivery_id=claimed.id, attempts=claimed.attempts, state="sent")
        if claimed.message is None:
            return None
        client = services.workspaces.client(team)
        channel = claimed.channel or send.open_dm(client, claimed.recipient)
        time.sleep(MOMENT)
        return send.post_message(client, channel, claimed.token, claimed.message)

    assert send._find_or_post
    send._find_or_post = deliver


def _takes_without_asking() -> None:
    """Whoever sees an unfinished delivery takes it over, whoever else does."""

    def reclaim(session: Any, *, delivery_id: int, attempts: int, now: datetime) -> bool:
        row = session.get_one(Delivery, delivery_id)
        row.state, row.claimed_at, row.attempts = "claimed", now, attempts + 1
        return True

    def look(*where: Any) -> PostedMessage | None:
        found = find_posted(*where)
        time.sleep(MOMENT)
        return found

    find_posted = send.find_posted
    deliveries.reclaim, send.find_posted = reclaim, look


BROKEN: dict[str, Callable[[], None]] = {
    "never looks": _never_looks,
    "marks first": _marks_first,
    "takes without asking": _takes_without_asking,
}
