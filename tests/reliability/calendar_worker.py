"""A worker that reads calendars and sends briefs, as a process of its own: `tend worker`'s rounds of both."""

import logging
from pathlib import Path

from bot.calendars.apart import read_apart
from bot.calendars.events import CalendarFacts, Window, read_calendar
from bot.config import Settings
from bot.notifications.briefs import BriefRound, send_briefs
from bot.notifications.calendars import CalendarRound, read_calendars
from bot.services import Services
from bot.slack import token_store
from storage.db.engine import make_engine
from tests.calendars.servers import Roads, Server
from tests.reliability.crew import Shared

assert token_store  # imported once for all workers, rather than by each at its first calendar


def read(raw: bytes, window: Window, own: list[str]) -> CalendarFacts:
    """Read a calendar as `tend worker` does: in a process of its own, for those who said which address is theirs.

    The others' are read here, since a process for each would be most of what a run costs.
    """
    return (read_apart if own else read_calendar)(raw, window, own)


def work(me: int, shared: Shared, url: str, api_url: str, port: int, authority: str, key: str, log: str) -> None:
    """Look after calendars and briefs until killed. All names lead to the server of calendars at `port`."""
    logging.basicConfig(filename=log, level=logging.WARNING, format="%(process)d %(asctime)s %(message)s", force=True)
    settings = Settings(slack_bot_token="xoxb-stand-in", slack_api_url=api_url, tend_token_key=key)
    services = Services.build(settings, make_engine(url), shared.clock)
    calendars = CalendarRound(services, Roads(Server(port), Path(authority)).network(), read)
    briefs = BriefRound(services)

    def do() -> None:
        read_calendars(calendars)
        send_briefs(briefs)

    shared.run_rounds(me, do)
