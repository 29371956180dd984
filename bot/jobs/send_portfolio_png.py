"""Putting a picture of all partners into the DM of whoever asked, while they have their answer already."""

import logging

from slack_sdk import WebClient

from bot.actions.caller import Caller
from bot.actions.portfolio.charts import Field
from bot.jobs.background import in_background
from bot.messages.portfolio import charts
from bot.process.log_config import brief
from bot.services import House
from bot.slack.messaging import open_dm, why

log = logging.getLogger(__name__)

FILE = "trust-against-activity.png"


def later(house: House, caller: Caller, found: Field) -> bool:
    """Draw and send in a thread that is counted as in hand; False where the process ends and nothing begins any more.

    Drawing takes a second, and sending three calls: Slack does not wait that long for an answer.
    """
    return in_background(house, "picture", lambda: send(house.workspaces.client(caller.team), caller.user_id, found))


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
