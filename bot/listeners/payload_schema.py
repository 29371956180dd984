"""Validate what Slack sends, as far as it is read here, once, before any listener sees it.

Behind it nobody has to ask whether a name is a text, or a form's field an object. A payload of another shape is
refused; nulls and empty texts are left out; every text can be stored. Keys that no model names pass unchecked.
"""

import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.listeners.payload_models import EVENT_MODELS, PAYLOAD_MODELS, Command
from bot.listeners.types import Body
from bot.slack.origin import ORIGIN, origin_of
from bot.slack.shown_in import take_mark

MAX_DEPTH = 60
# A database takes no NUL, and half of a pair of surrogates is no text. Either may stand in JSON.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvalidPayload(Exception):
    """Slack sends no such thing."""


class UnsupportedPayload(Exception):
    """Slack may send such a thing, but it is none that Tend listens to."""


class PayloadValidation(Middleware):
    """Bolt middleware that refuses what Slack does not send.

    It is a class because Bolt reads the body before it calls a middleware function.
    """

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:
        """Refuse the request, or go on with its cleaned body, knowing where it comes from."""
        try:
            cleaned = clean_body(req.body)
        except (InvalidPayload, UnsupportedPayload) as error:
            return reject_payload(error)
        req.context[ORIGIN] = origin_of(cleaned, take_mark(cleaned))
        req.body.clear()
        req.body.update(cleaned)
        return next()


def reject_payload(error: InvalidPayload | UnsupportedPayload) -> BoltResponse:
    """Return the response to a refused payload: 404 or 400."""
    if isinstance(error, UnsupportedPayload):
        return BoltResponse(status=404, body="Tend does not listen to that")
    return BoltResponse(status=400, body=f"the request can't be read{error}")


def clean_body(body: Body) -> Body:
    """Return the body without nulls and empty texts, and with texts that can be stored.

    Raises:
        InvalidPayload: it has no shape that Slack sends.
        UnsupportedPayload: Tend does not listen to its kind.
    """
    kind = body.get("type", "")
    if "command" in body and "type" in body:
        raise InvalidPayload(": two things at once")
    if "command" not in body and (not isinstance(kind, str) or kind not in PAYLOAD_MODELS):
        raise UnsupportedPayload
    cleaned: Body = _clean_node(body, MAX_DEPTH)
    try:
        (PAYLOAD_MODELS[kind] if "command" not in body else Command).model_validate(cleaned)
        if kind == "event_callback" and (event_model := EVENT_MODELS.get(cleaned["event"]["type"])):
            event_model.model_validate(cleaned["event"])
    except ValidationError as error:
        path = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise InvalidPayload(f": {path}") from None
    return cleaned


def _clean_node(node: Any, deep: int) -> Any:
    """Return the node with every text as one that can be stored, and no key whose value is null or empty text."""
    if isinstance(node, str):
        return _UNSTORABLE.sub("\ufffd", node)
    if not isinstance(node, dict | list):
        return node
    if not deep:
        raise InvalidPayload(": too deep")
    if isinstance(node, dict):
        parts = ((key, part) for key, part in node.items() if part is not None and part != "")
        return {_clean_node(key, deep): _clean_node(part, deep - 1) for key, part in parts}
    return [_clean_node(part, deep - 1) for part in node]
