"""Ways to show a result to the one person who asked for it."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.messages.workspace.help import no_form_message
from bot.process.log_config import safe_repr
from bot.slack.blocks import MAX_TITLE_TEXT, MAX_VIEW_BLOCKS, Block, Message, plain_text, with_distinct_labels
from bot.slack.charts import has_charts, without_charts
from bot.slack.client import impatient, marked

log = logging.getLogger(__name__)

POST_ERRORS = (SlackClientError, OSError, HTTPException, ValueError)
"""What may go wrong when something is told that was done already: Slack says no, is away or breaks off, or the address
is none."""


@dataclass(frozen=True, slots=True)
class Form:
    """A reply that asks: a view to open. `also` is said beside it of what was done already; `rest` goes along with the
    view and comes back with it."""

    view: Block
    also: Message | None = None
    rest: str | None = None


Reply = Message | Form
NOTHING = Message("")
"""A reply that adds nothing: the message that was acted on shows by itself how things stand."""


def answer_command(ack: Ack, client: WebClient, body: dict[str, Any], reply: Reply) -> None:
    """Answer a typed command in the same response, or open the form it asks for."""
    if isinstance(reply, Form):
        try:
            open_form(client, body, reply)
            ack()
        except (SlackApiError, OSError) as error:
            log.warning("could not open a form: %s", safe_repr(error))
            ack(response_type="ephemeral", **no_form_message(body["command"]).payload())
    elif has_charts(reply) and _post_to_response_url(client, body.get("response_url"), reply):
        ack()  # a refused chart is told there, and never of what stands in this response
    else:
        ack(response_type="ephemeral", **without_charts(reply).payload())


def open_form(client: WebClient, body: dict[str, Any], form: Form) -> None:
    """Open a form that remembers where to say what came of it."""
    kept = json.dumps({"response_url": body.get("response_url"), **({"rest": form.rest} if form.rest else {})})
    impatient(client).views_open(trigger_id=body.get("trigger_id", ""), view={**form.view, "private_metadata": kept})


def answer_button(
    context: BoltContext, client: WebClient, body: dict[str, Any], reply: Reply, *, replace: bool
) -> None:
    """Answer a button: beside the message (or in its place), or over the Home, which has no place to answer in.

    A form that does not open is an error. What was done stands whether or not it can be told: that is only logged.
    """
    if isinstance(reply, Form):
        open_form(client, body, reply)
        return
    if reply is NOTHING:
        return
    try:
        _show_reply(context, client, body, reply, replace=replace)
    except POST_ERRORS as error:
        log.warning("could not answer a button: %s", safe_repr(error))


def _show_reply(
    context: BoltContext, client: WebClient, body: dict[str, Any], reply: Message, *, replace: bool
) -> None:
    if context.response_url and context.respond:
        respond = context.respond
        post_with_fallback(
            lambda said: _is_accepted(
                respond(response_type="ephemeral", replace_original=replace, **marked(client, said.payload()))
            ),
            reply,
        )
    else:
        impatient(client).views_open(trigger_id=body.get("trigger_id", ""), view=as_view(reply))


def as_view(message: Message) -> Block:
    """Build a modal from a message."""
    return {
        "type": "modal",
        "title": plain_text("Tend", MAX_TITLE_TEXT),
        "close": plain_text("Close", MAX_TITLE_TEXT),
        "blocks": with_distinct_labels(without_charts(message).blocks)[:MAX_VIEW_BLOCKS],
    }


def answer_form(client: WebClient, view: Block, user_id: str, message: Message) -> None:
    """Say what a form did where the command was typed, else in the person's own DM with Tend.

    It is done by now: a form must not stay open with an error because that could not be told.
    """
    if message is NOTHING:
        return
    # A command's address lives for 30 minutes and five answers; a form may stay open longer.
    if _post_to_response_url(client, _saved_response_url(view), message):
        return

    def post(said: Message) -> bool:
        opened = client.conversations_open(users=user_id)
        client.chat_postMessage(channel=opened["channel"]["id"], **said.payload())
        return True

    try:
        post_with_fallback(post, message)
    except POST_ERRORS as error:
        log.warning("could not post the result of a form: %s", safe_repr(error))


def _saved_response_url(view: Block) -> str | None:
    """Return the address that `open_form` kept in a form, or None if there is none to use."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return None
    url = kept.get("response_url") if isinstance(kept, dict) else None
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def show_home(client: WebClient, user_id: str | None, view: Block) -> None:
    """Show a Home that says why there is nothing on it, to somebody of a workspace that is ours."""
    if not client.token or not user_id:
        return
    try:
        client.views_publish(user_id=user_id, view=view)
    except (SlackApiError, OSError) as error:
        log.warning("could not show a Home: %s", safe_repr(error))


def post_in_dm(client: WebClient, channel: str, message: Message) -> None:
    """Answer in the DM that somebody of a workspace that is ours wrote in."""
    if not client.token:
        return

    def post(said: Message) -> bool:
        client.chat_postMessage(channel=channel, **said.payload())
        return True

    try:
        post_with_fallback(post, message)
    except (SlackApiError, OSError) as error:
        log.warning("could not answer in a DM: %s", safe_repr(error))


def post_ephemeral(client: WebClient, event: dict[str, Any], message: Message) -> None:
    """Answer a mention in a channel to whoever wrote it alone: others read there, perhaps the partner.

    Raises:
        SlackApiError, OSError: it did not arrive.
    """
    thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
    said = without_charts(message).payload()
    client.chat_postEphemeral(channel=event["channel"], user=event["user"], **thread, **said)


def try_post_ephemeral(client: WebClient, event: dict[str, Any], message: Message) -> None:
    """Post an ephemeral message as `post_ephemeral` does, but only log a failure."""
    try:
        post_ephemeral(client, event, message)
    except (SlackApiError, OSError) as error:
        log.warning("could not answer a mention: %s", safe_repr(error))


def _post_to_response_url(client: WebClient, url: str | None, message: Message) -> bool:
    """Answer at a request's address; False where there is none, or it takes no more."""
    if not url:
        return False
    hook = WebhookClient(url, timeout=5)
    try:
        return post_with_fallback(
            lambda said: _is_accepted(
                hook.send(response_type="ephemeral", replace_original=False, **marked(client, said.payload()))
            ),
            message,
        )
    except POST_ERRORS as error:
        log.warning("could not send an answer: %s", safe_repr(error))
        return False


def _is_accepted(answer: WebhookResponse) -> bool:
    """Return whether Slack took the answer. It refuses by the status, or with a 200 by `{"ok": false, …}`."""
    return answer.status_code == 200 and '"ok":false' not in (answer.body or "").replace(" ", "")


def post_with_fallback(post: Callable[[Message], bool], message: Message) -> bool:
    """Post a message; where Slack does not take its charts, once more with their numbers as text.

    `post` says whether it was taken, or raises SlackApiError.
    """
    if not has_charts(message):
        return post(message)
    try:
        if post(message):
            return True
    except SlackApiError as error:
        if error.response["error"] != "invalid_blocks":
            raise
    return post(without_charts(message))
