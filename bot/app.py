"""The Bolt app: listeners, permission checks and error handling."""

import json
import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.actions.caller import DuplicateRequest
from bot.error_messages import error_field, is_user_error, message_for, outcome_text, text_for
from bot.errors import NotInstalled
from bot.listeners import buttons, commands, forms, home, members, mentions, uninstall, workflow_steps
from bot.listeners.command_router import COMMANDS
from bot.listeners.middleware import ARRIVED, CLIENT, TEAM, asks_nothing, authority, make_authorize
from bot.listeners.payload_schema import PayloadValidation
from bot.listeners.respond import answer_button, as_view, post_in_dm, show_home, try_post_ephemeral
from bot.messages import home as home_page
from bot.process.log_config import add_log_context, log_context
from bot.process.metrics import Metrics, request_name
from bot.services import Services
from bot.slack.blocks import MAX_FIELD_ERROR, Message, clip
from bot.slack.client import OrganisationClient, make_client, marked
from bot.slack.manifest import INSTALLATION_EVENTS
from bot.slack.workflow_steps import EXECUTED
from storage.db.deadline import deadline

WAIT_SECONDS = 2.0
"""How long a request may wait for database locks. Slack times out after three seconds."""
ANSWER_SECONDS = 2.5
"""After this nothing that a command or a form asks for is recorded: the answer might come after Slack has said that it
failed. Buttons are answered at an address that lives for half an hour, and events are sent again."""
OUTCOME = "outcome"


class DeadlineApp(App):
    """A Bolt app with a deadline and metrics for each request.

    This is not middleware, because Bolt's middleware does not wrap the listener.
    """

    metrics: Metrics

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Handle a request within the deadline and count its outcome."""
        started, name, outcome = perf_counter(), request_name(req.body, COMMANDS), "error"
        waited = started - req.context.get(ARRIVED, started)
        is_waited_for = "command" in req.body or req.body.get("type") == "view_submission"
        within = ANSWER_SECONDS - waited if is_waited_for else None
        try:
            # Listeners run in this thread before the response is sent, so the deadline covers them.
            with log_context(), deadline(max(0.0, WAIT_SECONDS - waited), answer_within=within):
                response = super().dispatch(req)
            outcome = req.context.get(OUTCOME, "done")
            return _marked_response(response, req.context.get(CLIENT))
        finally:
            self.metrics.requests.labels(name, outcome).inc()
            self.metrics.answers.labels(name).observe(perf_counter() - started)


def _marked_response(response: BoltResponse, client: WebClient | None) -> BoltResponse:
    """Mark what an answer shows for a workspace that is one of several."""
    if isinstance(client, OrganisationClient) and str(response.body or "").startswith("{"):
        response.body = json.dumps(marked(client, json.loads(response.body)))
    return response


def create_app(services: Services) -> App:
    """Build the Bolt app, for HTTP and Socket Mode.

    Commands take milliseconds, so they run before Slack's request is answered. When Slack shows "recorded", the
    transaction is committed.
    """
    secret = services.settings.slack_signing_secret
    client = make_client(None, services.settings.slack_api_url)  # each request gets its workspace's token
    services.metrics.count_calls_of(client)
    app = DeadlineApp(
        name="Tend",  # without a name, Bolt reads the caller's source file to find one
        logger=logging.getLogger("slack_bolt"),  # Bolt gives its other loggers this one's level
        client=client,
        signing_secret=secret.get_secret_value() if secret else "",
        before_authorize=PayloadValidation(),
        authorize=make_authorize(services),
        process_before_response=True,
    )
    app.metrics = services.metrics
    app.use(_log_workspace)
    app.use(authority(services))
    for room in (commands, buttons, forms, home, members, mentions, uninstall, workflow_steps):
        room.register(app, services)
    app.error(on_error)
    return app


def _log_workspace(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:
    if team := context.get(TEAM):
        add_log_context(workspace=team.id)
    return next()


def on_error(
    error: Exception, request: BoltRequest, body: dict[str, Any], context: BoltContext, client: WebClient
) -> BoltResponse:
    """Show the error to the person who made the request, and to nobody else."""
    context[OUTCOME] = "refused" if is_user_error(error) else "error"
    if isinstance(error, DuplicateRequest):
        context[OUTCOME] = "repeated"
        return BoltResponse(status=200, body="")
    if body.get("type") == "view_submission":
        return _form_response(error, body["view"])
    if "command" in body:
        return _json({"response_type": "ephemeral", **message_for(error).payload()})
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    if body.get("event", {}).get("type") == EXECUTED:
        return workflow_steps.fail_step(client, body["event"], f"{text_for(error)} {outcome_text(error)}".rstrip())
    if "trigger_id" in body:
        _post_beside(context, client, body, message_for(error))
    elif body.get("event", {}).get("type") == "app_home_opened":
        show_home(client, context.user_id, home_page.unavailable_home(text_for(error)))
    elif _reports_only(body.get("event", {})) and not isinstance(error, NotInstalled):
        text_for(error)  # logs the error
        return BoltResponse(status=500, body="")  # Slack sends the event again
    elif body.get("event", {}).get("type") == "app_mention" and client.token:
        try_post_ephemeral(client, body["event"], message_for(error))
    elif mentions.is_direct_message(body.get("event", {})):
        post_in_dm(client, body["event"]["channel"], message_for(error))
    return BoltResponse(status=200, body="")


def _reports_only(event: dict[str, Any]) -> bool:
    """Return whether an event tells us of something that nobody asks us about: only if Slack sends it again is it not
    lost.
    """
    return event.get("type") in INSTALLATION_EVENTS or asks_nothing(event)


def _form_response(error: Exception, view: dict[str, Any]) -> BoltResponse:
    """Show the error on its field, or on the first field, so that the form keeps its input."""
    input_blocks = (block for block in view.get("blocks", []) if block.get("type") == "input")
    inputs = [block["block_id"] for block in input_blocks if "block_id" in block]
    if not inputs:
        return _json({"response_action": "update", "view": as_view(message_for(error))})
    field, text = error_field(error), text_for(error)
    if not is_user_error(error):
        text = f"{text} {outcome_text(error)}".rstrip()  # a user error only needs its own text
    text = clip(text, MAX_FIELD_ERROR)
    return _json({"response_action": "errors", "errors": {field if field in inputs else inputs[0]: text}})


def _post_beside(context: BoltContext, client: WebClient, body: dict[str, Any], message: Message) -> None:
    """Post the error after a button press. A response URL works without a token."""
    if client.token or context.response_url:
        answer_button(context, client, body, message, replace=False)


def _json(payload: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, headers={"content-type": ["application/json; charset=utf-8"]}, body=json.dumps(payload)
    )
