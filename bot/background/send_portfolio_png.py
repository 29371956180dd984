"""Send a picture of all partners to the DM of the person who asked for it."""

import logging

from slack_sdk import WebClient

from bot.actions.caller import Caller
from bot.actions.portfolio.charts import PortfolioChart
from bot.background.thread import run_in_background
from bot.messages.portfolio import charts
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.messaging import open_dm, upload_error_text

log = logging.getLogger(__name__)

FILE_NAME = "trust-against-activity.png"


def start_portfolio_png(services: Services, caller: Caller, found: PortfolioChart) -> bool:
    """Start drawing and sending in the background. Return False if the process is stopping.

    Drawing takes a second, and sending three calls: Slack does not wait that long for an answer.
    """
    return run_in_background(
        services,
        "picture",
        lambda: send_portfolio_png(services.workspaces.client(caller.team), caller.user_id, found),
        owner=(caller.team.id, caller.user_id),
    )


def send_portfolio_png(client: WebClient, user_id: str, found: PortfolioChart) -> None:
    """Upload the picture to somebody's DM, or say why it failed and show the numbers as text."""
    channel = open_dm(client, user_id)
    try:
        from bot.background import portfolio_png  # slow to import, so only here

        picture, named = portfolio_png.draw_portfolio(found)
        client.files_upload_v2(
            channel=channel,
            file=picture,
            filename=FILE_NAME,
            title="Trust against activity",
            alt_txt=charts.chart_alt_text(found),
            initial_comment=charts.chart_comment(found, named),
        )
    except Exception as error:  # it was asked for, so report any failure
        log.warning("a picture was not sent: %s", safe_repr(error))
        client.chat_postMessage(channel=channel, **charts.numbers_message(found, upload_error_text(error)).payload())
