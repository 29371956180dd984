"""Putting a picture into the DM of whoever asked for it, while they have their answer already."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.actions.caller import Caller
from bot.actions.portfolio.charts import Field
from bot.messages.portfolio import charts
from bot.notifications.post import open_dm, trouble
from bot.process.log_config import brief
from bot.services import House

log = logging.getLogger(__name__)

FILE = "trust-against-activity.png"


def later(house: House, caller: Caller, found: Field) -> bool:
    """Draw and send in a thread that is counted as in hand; False where the process ends and nothing begins any more.

    Drawing takes a second, and sending three calls: Slack does not wait that long for an answer.
    """
    return in_background(house, "picture", lambda: send(house.workspaces.client(caller.team), caller.user_id, found))


def in_background(house: House, what: str, act: Callable[[], None]) -> bool:
    """Do something in a thread that is counted as in hand; False where the process ends and nothing begins any more."""
    with ExitStack() as counted:
        if not counted.enter_context(house.in_hand.one()):
            return False
        _in_a_thread(what, act, counted.pop_all())
        return True


def _in_a_thread(what: str, act: Callable[[], None], ends: ExitStack) -> None:
    def run() -> None:
        with ends:
            try:
                act()
            except Exception as error:  # nobody else hears of it here
                log.warning("this could not be told of: %s: %s", what, brief(error))

    threading.Thread(target=run, name=what, daemon=True).start()


def send(client: WebClient, user_id: str, found: Field) -> None:
    """Upload the picture into somebody's DM; where that fails, say why, with the numbers as text."""
    channel = open_dm(client, user_id)
    try:
        from bot.jobs import portfolio_png  # which takes a second to import, and only here

        picture, named = portfolio_png.portfolio(found)
        client.files_upload_v2(
            channel=channel,
            file=picture,
            filename=FILE,
            title="Trust against activity",
            alt_txt=charts.alt_text(found),
            initial_comment=charts.comment(found, named),
        )
    except Exception as error:  # whatever it was: it was asked for, so it is told
        log.warning("a picture was not sent: %s", brief(error))
        client.chat_postMessage(channel=channel, **charts.numbers(found, why(error)).payload())


def why(error: Exception) -> str:
    """What went wrong with a file that Slack was to take, in words."""
    if isinstance(error, SlackClientError) and not isinstance(error, SlackApiError):
        return "Slack did not take the file"
    return trouble(error).words
