"""Post one claimed delivery to Slack."""

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.messages.plain_text import as_text
from bot.notifications.history import PostedMessage
from bot.slack.blocks import Message, clip, escape
from bot.slack.charts import without_charts
from bot.slack.client import slack_error_code

log = logging.getLogger(__name__)

EVENT_TYPE = "tend_delivery"

# Errors about the layout only, so the text can still be posted.
INVALID_BLOCKS_ERRORS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")
MAX_PLAIN_TEXT_LENGTH = 10_000


def post_message(client: WebClient, channel: str, token: str, message: Message) -> PostedMessage:
    """Post a message with its delivery's token, by which it can be found again.

    If Slack rejects its blocks or length, retry with charts as text, then as plain text.
    """
    said = without_charts(message)
    text = escape(clip(as_text(said), MAX_PLAIN_TEXT_LENGTH))
    tries = [message.payload(), *([said.payload()] if said is not message else ())]
    for payload in tries:
        try:
            return _post(client, channel, token, payload)
        except SlackApiError as error:
            if slack_error_code(error) not in INVALID_BLOCKS_ERRORS:
                raise
            log.warning("a message goes more plainly: %s", slack_error_code(error))
    return _post(client, channel, token, {"text": text, "mrkdwn": False})


def _post(client: WebClient, channel: str, token: str, payload: dict[str, Any]) -> PostedMessage:
    answer = client.chat_postMessage(
        channel=channel,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery": token}},
        unfurl_links=False,
        unfurl_media=False,
        **payload,
    )
    return PostedMessage(str(answer.get("channel") or channel), str(answer.get("ts") or ""))
