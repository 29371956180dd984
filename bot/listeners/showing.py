"""Ways to show a result to the one person who asked for it."""

import json
import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.messages.blocks import TITLE_TEXT, VIEW_BLOCKS, Block, Message, plain
from bot.messages.help import no_form

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Form:
    """A reply that asks: a view to open."""

    view: Block


Reply = Message | Form


def answer_command(ack: Ack, client: WebClient, body: dict[str, Any], reply: Reply) -> None:
    """Answer a typed command in the same response, or open the form it asks for."""
    if isinstance(reply, Form):
        try:
            open_form(client, body, reply)
            ack()
        except (SlackApiError, OSError) as error:
            log.warning("a form did not open: %s", error)
            ack(response_type="ephemeral", **no_form(body["command"]).payload())
    else:
        ack(response_type="ephemeral", **reply.payload())


def open_form(client: WebClient, body: dict[str, Any], form: Form) -> None:
    """Open a form that remembers where to say what came of it."""
    kept = json.dumps({"response_url": body.get("response_url")})
    client.views_open(trigger_id=body["trigger_id"], view={**form.view, "private_metadata": kept})


def answer_button(
    context: BoltContext, client: WebClient, body: dict[str, Any], reply: Reply, *, replace: bool
) -> None:
    """Answer a button: beside the message (or in its place), or over the Home, which has no place to answer in."""
    if isinstance(reply, Form):
        open_form(client, body, reply)
    elif context.response_url and context.respond:
        context.respond(response_type="ephemeral", replace_original=replace, **reply.payload())
    else:
        client.views_open(trigger_id=body["trigger_id"], view=as_view(reply))


def as_view(message: Message) -> Block:
    """A message as a window of its own."""
    return {
        "type": "modal",
        "title": plain("Tend", TITLE_TEXT),
        "close": plain("Close", TITLE_TEXT),
        "blocks": list(message.blocks)[:VIEW_BLOCKS],
    }


def answer_form(client: WebClient, view: Block, user_id: str, message: Message) -> None:
    """Say what a form did where the command was typed, else in the person's own DM with Tend."""
    response_url = json.loads(view.get("private_metadata") or "{}").get("response_url")
    if response_url:
        # A command's address lives for 30 minutes and five answers; a form may stay open longer.
        sent = WebhookClient(response_url, timeout=5).send(
            response_type="ephemeral", replace_original=False, **message.payload()
        )
        if sent.status_code == 200:
            return
    opened = client.conversations_open(users=user_id)
    client.chat_postMessage(channel=opened["channel"]["id"], **message.payload())
