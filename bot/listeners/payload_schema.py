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

DEEPEST = 60
# A database takes no NUL, and half of a pair of surrogates is no text. Either may stand in JSON.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")

Shape = Any
"""A type; a list of the shape of its items; a tuple of shapes of which one fits; or an object's shapes by key. A key
with a `!` is needed, and not empty; `*` stands for every key."""

_WHO: dict[str, Shape] = {
    "type": str,
    "user": (str, {"id": str, "team_id": str}),
    "team": (str, {"id": str, "enterprise_id": str}),
    "enterprise": (str, {"id": str}),
    "channel": (str, {"id": str}),
    **dict.fromkeys(("user_id", "team_id", "enterprise_id", "channel_id", "thread_ts", "user_team", "bot_id"), str),
}
# Where Bolt looks for who it is, one inside the other.
_WHO |= {"authorizations": [_WHO], **dict.fromkeys(("message", "previous_message", "item", "assistant_thread"), _WHO)}

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
_ASKED: dict[str, Shape] = {
    **_WHO,
    "user!": {"id!": str, "team_id": str},
    "response_url": str,
    "trigger_id": str,
    "response_urls": [{"response_url": str}],
    "function_data": {"execution_id": str, "inputs": dict},
    "view": _VIEW,
    "state": _STATE,
}
_EVENT: dict[str, Shape] = {
    **_WHO,
    **dict.fromkeys(("tab", "channel_type", "text", "subtype", "function_execution_id", "bot_access_token"), str),
    "type!": str,
    "view": dict,
    "inputs": dict,
}
_ACTION: dict[str, Shape] = {**_FIELD, "action_id!": str, "block_id": str}
_OF_FORM: dict[str, Shape] = {**_ASKED, "view!": {**_VIEW, "type!": str, "callback_id!": str}}

COMMAND: Shape = {
    **_WHO,
    **dict.fromkeys(("command!", "user_id!", "text", "response_url", "trigger_id"), str),
    "view": _VIEW,
    "response_urls": [{"response_url": str}],
    "function_data": {"execution_id": str, "inputs": dict},
}
KINDS: Mapping[str, Shape] = {
    "block_actions": {
        **_ASKED,
        "actions!": [_ACTION],
        "container": {"message_ts": str, "view_id": str, "is_ephemeral": bool},
    },
    "view_submission": _OF_FORM,
    "view_closed": _OF_FORM,
    "block_suggestion": {**_ASKED, "action_id!": str, "block_id": str, "value": str},
    "message_action": {**_ASKED, "callback_id!": str, "message": {**_WHO, "text": str}},
    "shortcut": {**_ASKED, "callback_id!": str},
    "event_callback": {**_WHO, "event!": _EVENT, "event_id": str, "is_ext_shared_channel": bool},
    "url_verification": {"challenge!": str},
}

# Of the events that Tend listens to, the ids are texts; other events have objects there.
HEARD: Mapping[str, Shape] = {
    "app_home_opened": {"user!": str, "channel": str},
    "message": {"user": str, "channel": str, "ts": str},
    "app_mention": {"user!": str, "channel!": str, "ts": str},
}


class Misshapen(Exception):
    """Slack sends no such thing."""


class NotHeard(Exception):
    """Slack may send such a thing, but it is none that Tend listens to."""


class Door(Middleware):
    """Bolt middleware that lets pass what has a shape of Slack's. No function: for one, Bolt itself looks into the
    body first."""

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:
        """Refuse, or go on with a body that was read."""
        try:
            shaped = read(req.body)
        except (Misshapen, NotHeard) as error:
            return refused(error)
        req.body.clear()
        req.body.update(shaped)
        return next()


def refused(error: Misshapen | NotHeard) -> BoltResponse:
    """The answer to what was not let in."""
    if isinstance(error, NotHeard):
        return BoltResponse(status=404, body="Tend does not listen to that")
    return BoltResponse(status=400, body=f"the request can't be read{error}")


def read(body: Body) -> Body:
    """The body with what was null or empty left out, and texts that can be kept.

    Raises:
        Misshapen: it has no shape that Slack sends.
        NotHeard: Tend does not listen to its kind.
    """
    kind = body.get("type", "")
    if "command" in body and "type" in body:
        raise Misshapen(": two things at once")
    if "command" in body:
        shape = COMMAND
    elif not isinstance(kind, str) or kind not in KINDS:
        raise NotHeard
    else:
        shape = KINDS[kind]
    shaped: Body = _shaped(_kept(body, DEEPEST), shape, "")
    if kind == "event_callback" and (more := HEARD.get(shaped["event"]["type"])):
        _shaped(shaped["event"], more, "event")
    return shaped


def _kept(node: Any, deep: int) -> Any:
    """The same with every text as one that can be kept."""
    if isinstance(node, str):
        return _UNKEPT.sub("\ufffd", node)
    if not isinstance(node, dict | list):
        return node
    if not deep:
        raise Misshapen(": too deep")
    if isinstance(node, dict):
        return {_kept(key, deep): _kept(part, deep - 1) for key, part in node.items()}
    return [_kept(part, deep - 1) for part in node]


def _shaped(node: Any, shape: Shape, where: str) -> Any:
    if isinstance(shape, tuple):
        return _shaped(node, next((one for one in shape if isinstance(node, _type_of(one))), shape[0]), where)
    if not isinstance(node, _type_of(shape)):
        raise Misshapen(f": {where}")
    if isinstance(shape, list):
        return [_shaped(part, shape[0], f"{where}[]") for part in node]
    if isinstance(shape, dict):
        return _object(node, shape, where)
    return node


def _type_of(shape: Shape) -> Any:
    return shape if isinstance(shape, type) else type(shape)


def _object(node: Body, shape: Mapping[str, Shape], where: str) -> Body:
    made = {}
    for key, part in node.items():
        of = shape.get(f"{key}!", shape.get(key, shape.get("*")))
        if of is None:
            made[key] = part
        elif part is not None and part != "":
            made[key] = _shaped(part, of, f"{where}.{key}")
    for key in shape:
        if key.endswith("!") and not made.get(key[:-1]):
            raise Misshapen(f": {where}.{key[:-1]}")
    return made
