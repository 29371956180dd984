"""Apply the body of the bot's response to a command or a submitted form."""

from __future__ import annotations

from typing import Any

from bot.fake_slack.state.models import Json, SlackError, View
from bot.fake_slack.state.views import close_top, find_view, push_on, update_view, validate_view
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.validation.rules import check_message
from bot.fake_slack.web_api.chat import show_response


def show_command_response(world: WorkspaceState, user: str, channel: str, body: Any) -> str | None:
    """Show the message in a command's response, if any. Return Slack's error code if it is invalid."""
    if isinstance(body, str):
        body = {"text": body}
    if not isinstance(body, dict) or not (body.get("text") or body.get("blocks")):
        return None
    problem = check_message(str(body.get("text") or ""), body.get("blocks"), unknown=world.refuse_blocks)
    if problem is not None:
        return problem.error
    show_response(world, user, channel, body)
    return None


def apply_submission_response(
    world: WorkspaceState, user: str, view: View, body: Any
) -> tuple[str | None, dict[str, str]]:
    """Apply a `response_action`. An empty body closes the view.

    Return what is wrong with the response, or None, and the errors by block id.
    """
    action = body.get("response_action") if isinstance(body, dict) else None
    try:
        if action == "errors":
            return _field_errors(view, body)
        if action == "update":
            update_view(world, find_view(world, view.id), validate_view(world, body.get("view")))
        elif action == "push":
            push_on(world, user, validate_view(world, body.get("view")))
        elif action == "clear":
            close_top(world, user, everything=True)
        elif action is None and not body:
            _close(world, user, view)
        else:
            return "invalid_response_action", {}
    except SlackError as error:
        return error.name, {}
    return None, {}


def _field_errors(view: View, body: Json) -> tuple[str | None, dict[str, str]]:
    errors = body.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    # Slack rejects the whole response if an error names a block that is not an input of this view.
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        return "invalid_errors", {}
    return None, {str(key): str(value) for key, value in errors.items()}


def _close(world: WorkspaceState, user: str, view: View) -> None:
    with world.lock:
        stack = world.stacks.get(user) or []
        # The bot may have opened another view meanwhile. Close only the submitted one.
        if stack and stack[-1].id == view.id:
            close_top(world, user)
