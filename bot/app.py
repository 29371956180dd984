"""The Bolt app: listeners, authority and the one error map."""

import json
import logging
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.actions.caller import AlreadyDone
from bot.error_map import field_of, sentence_for, words_for
from bot.errors import NotInstalled
from bot.house import House
from bot.listeners import buttons, commands, direct, forms, home, lifecycle
from bot.listeners.context import authority, authorize_with
from bot.listeners.showing import answer_button, as_view, say_in_dm, show_home
from bot.manifest import LEAVING
from bot.messages import home as home_page
from bot.messages.blocks import Message
from bot.messages.confirm import problem
from bot.slack import make_client


def create_app(house: House) -> App:
    """An app for `house`, over HTTP and Socket Mode alike.

    What a command does takes milliseconds, so it is done before Slack's request is answered, and the answer
    carries the result: a "recorded" that Slack shows was committed.
    """
    secret = house.settings.slack_signing_secret
    app = App(
        logger=logging.getLogger("slack_bolt"),  # its level holds for all that Bolt logs
        client=make_client(None, house.settings.slack_api_url),  # each request gets its workspace's token
        signing_secret=secret.get_secret_value() if secret else "",
        authorize=authorize_with(house),
        process_before_response=True,
    )
    app.use(authority(house))
    for room in (commands, buttons, forms, home, direct, lifecycle):
        room.register(app, house)
    app.error(on_error)
    return app


def on_error(
    error: Exception, request: BoltRequest, body: dict[str, Any], context: BoltContext, client: WebClient
) -> BoltResponse:
    """Tell the person, and only that person, what went wrong, in the way their request can be answered."""
    if isinstance(error, AlreadyDone):
        return BoltResponse(status=200, body="")
    if body.get("type") == "view_submission":
        return _on_form(error, body["view"])
    if "command" in body:
        return _json({"response_type": "ephemeral", **words_for(error).payload()})
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    if "trigger_id" in body:
        _beside(context, client, body, words_for(error))
    elif body.get("event", {}).get("type") == "app_home_opened":
        show_home(client, context.user_id, home_page.unable(sentence_for(error)))
    elif body.get("event", {}).get("type") in LEAVING and not isinstance(error, NotInstalled):
        sentence_for(error)  # which logs it
        return BoltResponse(status=500, body="")  # so that Slack says it again
    elif direct.is_to_us(body.get("event", {})):
        say_in_dm(client, body["event"]["channel"], words_for(error))
    return BoltResponse(status=200, body="")


def _on_form(error: Exception, view: dict[str, Any]) -> BoltResponse:
    """On the field it is about, so that what was typed stays; on the first one if it is about none."""
    inputs = [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]
    field, told = field_of(error), sentence_for(error)
    if not inputs:
        return _json({"response_action": "update", "view": as_view(problem(told))})
    return _json({"response_action": "errors", "errors": {field if field in inputs else inputs[0]: told}})


def _beside(context: BoltContext, client: WebClient, body: dict[str, Any], message: Message) -> None:
    """After a press there is no answer to put the words in. The address to answer at needs no token."""
    if client.token or context.response_url:
        answer_button(context, client, body, message, replace=False)


def _json(payload: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, headers={"content-type": ["application/json; charset=utf-8"]}, body=json.dumps(payload)
    )
