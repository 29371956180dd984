"""What Slack sends, as far as it is read here: its shape is looked at once, at the door.

Behind it nobody has to ask whether a name is a text, or a form's field an object: what has another shape is refused,
what is null or an empty text is as if it were not there, and every text is one that can be kept.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.listeners.types import Body

MAX_DEPTH = 60
# A database takes no NUL, and half of a pair of surrogates is no text. Either may stand in JSON.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Shape = Any
"""A type; a list of the shape of its items; a tuple of shapes of which one fits; or an object's shapes by key. A key
with a `!` is needed, and not empty; `*` stands for every key."""

_ACTOR: dict[str, Shape] = {
    "type": str,
    "user": (str, {"id": str, "team_id": str}),
    "team": (str, {"id": str, "enterprise_id": str}),
    "enterprise": (str, {"id": str}),
    "channel": (str, {"id": str}),
    **dict.fromkeys(("user_id", "team_id", "enterprise_id", "channel_id", "thread_ts", "user_team", "bot_id"), str),
}
# Where Bolt looks for who it is, one inside the other.
_ACTOR |= {
    "authorizations": [_ACTOR],
    **dict.fromkeys(("message", "previous_message", "item", "assistant_thread"), _ACTOR),
}

_FIELD: dict[str, Shape] = {
    **dict.fromkeys(("type", "value", "selected_date", "selected_user", "selected_conversation"), str),
    "selected_option": {"value": str},
    "selected_options": [{"value!": str}],
    "selected_users": [str],
}
_ELEMENT: dict[str, Shape] = {
    **dict.fromkeys(("type", "initial_value", "initial_date", "initial_user", "initial_conversation"), str),
    "initial_option": {"value": str},
    "initial_options": [{"value!": str}],
    "initial_users": [str],
}
_STATE: Shape = {"values": {"*": {"*": _FIELD}}}
_VIEW: dict[str, Shape] = {
    **dict.fromkeys(("hash", "type", "private_metadata", "app_installed_team_id", "team_id"), str),
    "id!": str,
    "callback_id": str,
    "blocks": [{"type": str, "block_id": str, "element": _ELEMENT}],
    "state": _STATE,
}
_INTERACTION: dict[str, Shape] = {
    **_ACTOR,
    "user!": {"id!": str, "team_id": str},
    "response_url": str,
    "trigger_id": str,
    "response_urls": [{"response_url": str}],
    "function_data": {"execution_id": str, "inputs": dict},
    "view": _VIEW,
    "state": _STATE,
}
_EVENT: dict[str, Shape] = {
    **_ACTOR,
    **dict.fromkeys(("tab", "channel_type", "text", "subtype", "function_execution_id", "bot_access_token"), str),
    "type!": str,
    "view": dict,
    "inputs": dict,
}
_ACTION: dict[str, Shape] = {**_FIELD, "action_id!": str, "block_id": str}
_FORM: dict[str, Shape] = {**_INTERACTION, "view!": {**_VIEW, "type!": str, "callback_id!": str}}

COMMAND: Shape = {
    **_ACTOR,
    **dict.fromkeys(("command!", "user_id!", "text", "response_url", "trigger_id"), str),
    "view": _VIEW,
    "response_urls": [{"response_url": str}],
    "function_data": {"execution_id": str, "inputs": dict},
}
INTERACTION_SHAPES: Mapping[str, Shape] = {
    "block_actions": {
        **_INTERACTION,
        "actions!": [_ACTION],
        "container": {"message_ts": str, "view_id": str, "is_ephemeral": bool},
    },
    "view_submission": _FORM,
    "view_closed": _FORM,
    "block_suggestion": {**_INTERACTION, "action_id!": str, "block_id": str, "value": str},
    "message_action": {**_INTERACTION, "callback_id!": str, "message": {**_ACTOR, "text": str}},
    "shortcut": {**_INTERACTION, "callback_id!": str},
    "event_callback": {**_ACTOR, "event!": _EVENT, "event_id": str, "is_ext_shared_channel": bool},
    "url_verification": {"challenge!": str},
}

# Of the events that Tend listens to, the ids are texts; other events have objects there.
EVENT_SHAPES: Mapping[str, Shape] = {
    "app_home_opened": {"user!": str, "channel": str},
    "message": {"user": str, "channel": str, "ts": str},
    "app_mention": {"user!": str, "channel!": str, "ts": str},
}


class InvalidPayload(Exception):
    """Slack sends no such thing."""


class UnsupportedPayload(Exception):
    """Slack may send such a thing, but it is none that Tend listens to."""


class PayloadValidation(Middleware):
    """Bolt middleware that lets pass what has a shape of Slack's. No function: for one, Bolt itself looks into the
    body first."""

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:
        """Refuse, or go on with a body that was read."""
        try:
            shaped = clean_body(req.body)
        except (InvalidPayload, UnsupportedPayload) as error:
            return reject_payload(error)
        req.body.clear()
        req.body.update(shaped)
        return next()


def reject_payload(error: InvalidPayload | UnsupportedPayload) -> BoltResponse:
    """The answer to what was not let in."""
    if isinstance(error, UnsupportedPayload):
        return BoltResponse(status=404, body="Tend does not listen to that")
    return BoltResponse(status=400, body=f"the request can't be read{error}")


def clean_body(body: Body) -> Body:
    """The body with what was null or empty left out, and texts that can be kept.

    Raises:
        Misshapen: it has no shape that Slack sends.
        NotHeard: Tend does not listen to its kind.
    """
    kind = body.get("type", "")
    if "command" in body and "type" in body:
        raise InvalidPayload(": two things at once")
    if "command" in body:
        shape = COMMAND
    elif not isinstance(kind, str) or kind not in INTERACTION_SHAPES:
        raise UnsupportedPayload
    else:
        shape = INTERACTION_SHAPES[kind]
    shaped: Body = _apply_shape(_clean_node(body, MAX_DEPTH), shape, "")
    if kind == "event_callback" and (more := EVENT_SHAPES.get(shaped["event"]["type"])):
        _apply_shape(shaped["event"], more, "event")
    return shaped


def _clean_node(node: Any, deep: int) -> Any:
    """The same with every text as one that can be kept."""
    if isinstance(node, str):
        return _UNSTORABLE.sub("\ufffd", node)
    if not isinstance(node, dict | list):
        return node
    if not deep:
        raise InvalidPayload(": too deep")
    if isinstance(node, dict):
        return {_clean_node(key, deep): _clean_node(part, deep - 1) for key, part in node.items()}
    return [_clean_node(part, deep - 1) for part in node]


def _apply_shape(node: Any, shape: Shape, where: str) -> Any:
    if isinstance(shape, tuple):
        return _apply_shape(node, next((one for one in shape if isinstance(node, _shape_type(one))), shape[0]), where)
    if not isinstance(node, _shape_type(shape)):
        raise InvalidPayload(f": {where}")
    if isinstance(shape, list):
        return [_apply_shape(part, shape[0], f"{where}[]") for part in node]
    if isinstance(shape, dict):
        return _apply_object_shape(node, shape, where)
    return node


def _shape_type(shape: Shape) -> Any:
    return shape if isinstance(shape, type) else type(shape)


def _apply_object_shape(node: Body, shape: Mapping[str, Shape], where: str) -> Body:
    made = {}
    for key, part in node.items():
        of = shape.get(f"{key}!", shape.get(key, shape.get("*")))
        if of is None:
            made[key] = part
        elif part is not None and part != "":
            made[key] = _apply_shape(part, of, f"{where}.{key}")
    for key in shape:
        if key.endswith("!") and not made.get(key[:-1]):
            raise InvalidPayload(f": {where}.{key[:-1]}")
    return made
