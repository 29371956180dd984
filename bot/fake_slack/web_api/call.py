"""A Web API call and its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.fake_slack.state.models import Json, Message, SlackError, View
from bot.fake_slack.state.workspace import WorkspaceState

if TYPE_CHECKING:
    pass

_JSON_ARGS = ("blocks", "view", "metadata", "attachments", "outputs")


@dataclass(frozen=True)
class SlackKeys:
    """The secrets that FakeSlack accepts."""

    bot_token: str
    app_token: str
    signing_secret: str


@dataclass(frozen=True)
class ApiCall:
    """A call: its arguments and its workspace."""

    world: WorkspaceState
    args: Json
    base_url: str
    new_socket_url: Callable[[], str]
    revoke: Callable[[], None] = lambda: None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string argument, which is required without a default."""
        value = self.args.get(name)
        if value is None or value == "":
            if default is None:
                raise SlackError("invalid_arguments", (f"missing required field: {name}",))
            return default
        return str(value)

    def optional_text(self, name: str) -> str | None:
        """Return an optional string argument."""
        value = self.args.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        """Return a boolean argument, which forms send as text."""
        return str(self.args.get(name, "")).lower() in ("1", "true", "yes")

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number from 1 to `most`. 0 or no value means the default."""
        raw = str(self.args.get(name) or default)
        if not raw.lstrip("-").isdigit() or int(raw) < 0:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(int(raw) or default, most)

    def message_json(self, message: Message, with_metadata: bool = True) -> Json:
        """Return a message object."""
        world = self.world
        return message.as_dict(
            bot_id=world.bot_id, app_id=world.app_id, team_id=world.team_id, with_metadata=with_metadata
        )


def view_json(view: View) -> Json:
    """Return a view object with an empty state."""
    return {**view.body, "state": {"values": {}}}


Method = Callable[[ApiCall], Json]


def paginate(items: list[Any], ask: ApiCall, default: int, most: int = 1000) -> tuple[list[Any], Json]:
    """Return a page of a list and its `response_metadata`."""
    cursor = ask.optional_text("cursor")
    start = 0
    if cursor is not None:
        if not cursor.startswith("at:") or not cursor[3:].isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor[3:])
    size = ask.number("limit", default, most)
    more = f"at:{start + size}" if start + size < len(items) else ""
    return items[start : start + size], {"next_cursor": more}


def read_args(content_type: str, body: bytes, form: Json, query: Json) -> Json:
    """Read the arguments from JSON or a form, and decode structured ones."""
    args: Json = dict(query)
    if content_type.startswith("application/json"):
        try:
            loaded = json.loads(body or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(loaded, dict):
            raise SlackError("json_not_object")
        args |= loaded
    else:
        args |= form
    for name in _JSON_ARGS:
        if isinstance(args.get(name), str):
            args[name] = _decode(name, args[name])
    return args


def _decode(name: str, text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        raise SlackError("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from None
