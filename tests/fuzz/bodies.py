"""Raw requests to the HTTP endpoint, signed and not."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bot.fake_slack.state.models import Json
from bot.fake_slack.transport.link import BotRequest
from bot.fake_slack.user import payloads
from tests.authority.desk import filled
from tests.authority.forms import FILLED
from tests.fuzz.place import OURS, Place, place
from tests.fuzz.source import Source
from tests.fuzz.states import IDS, VALUES, shape
from tests.fuzz.texts import line, safe_text
from tests.listeners.office import ADA, ROOM
from tests.web.endpoint import signature

SECRET = "stand-in-secret"
KINDS = ("application/json", "application/x-www-form-urlencoded", "application/json; charset=x", "", "text/plain", "é")
SIGNS = ("{", "}", "[", "]", '"', ":", ",", "payload=", "&", "=", "%", "%00", "%ED%A0%80", "\\ud800", "\\u0000", "null")
TYPES = (
    "block_actions", "view_submission", "view_closed", "block_suggestion", "message_action", "shortcut",
    "event_callback", "url_verification", "app_rate_limited", "nothing", "workflow_step_edit", "dialog_submission",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "message", "app_mention", "tokens_revoked", "app_uninstalled", "team_access_granted",
    "team_access_revoked", "team_join", "function_executed", "nothing",
)  # fmt: skip
STEP = {
    "function": {"callback_id": "log_touch"}, "function_execution_id": "Fx1", "bot_access_token": "xwfp-1",
    "inputs": {"person": {"id": ADA, "secret": "x"}, "partner": "Acme Legal", "note": "x"},
}  # fmt: skip
"""What the event of a step in a workflow has besides."""


def ask(body: bytes, headers: Mapping[str, str], method: str = "POST", query: bytes = b"") -> tuple[int, str]:
    """Status and text of the answer. Headers may hold what latin-1 can."""
    said: list[Any] = []
    scope = {
        "type": "http", "method": method, "path": "/slack/events", "raw_path": b"/slack/events", "query_string": query,
        "headers": [(name.lower().encode(), text.encode("latin-1", "replace")) for name, text in headers.items()],
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
        "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    here = place()
    here.loop.run_until_complete(here.web(scope, receive, send))
    return said[0]["status"], b"".join(one.get("body", b"") for one in said).decode()


def _payload(source: Source, here: Place) -> BotRequest:
    """Something that Slack would send."""
    world = here.desk.world
    person, room = world.people[ADA], world.channel(ROOM)
    kind = source.number(4)
    if kind == 0:
        name, text = line(source)
        return BotRequest("slash_commands", payloads.command(world, person, room, name, text, "http://127.0.0.1:1/x"))
    if kind == 1:
        inner = {"type": source.pick(EVENTS), "user": ADA, "channel": ROOM, "tab": "home", "channel_type": "im"}
        inner |= STEP if inner["type"] == "function_executed" else {"text": "x"}
        return BotRequest("events_api", payloads.event(world, inner, world.fresh_id("Ev")))
    if kind == 2:
        form = source.pick(tuple(FILLED))
        body = here.forms[form]
        view = {**body, "id": "V1", "hash": "h", "state": {"values": filled(body["blocks"], FILLED[form].values)}}
        return BotRequest("interactive", payloads.interaction(world, person, "view_submission", view=view))
    if kind == 3:
        action, how = source.pick(VALUES)
        pressed = {"type": "button", "action_id": action, "value": how.format(**here.desk.ids), "block_id": "b"}
        more: Json = {
            "actions": [pressed],
            "container": {"type": "message"},
            "trigger_id": world.new_trigger(ADA, ROOM),
        }
        return BotRequest("interactive", payloads.interaction(world, person, "block_actions", **more))
    more = {
        "callback_id": source.pick(("log_message", "x")),
        "action_id": "partner",
        "value": "a",
        "trigger_id": world.new_trigger(ADA, ROOM),
    }
    return BotRequest("interactive", payloads.interaction(world, person, source.pick(TYPES), **more))


def _mutated(source: Source, node: Any, depth: int = 4) -> Any:
    """The payload with some of its parts of another shape, gone, or doubled in depth."""
    if source.chance(25):
        return shape(source)
    if depth and isinstance(node, dict):
        kept = {key: _mutated(source, part, depth - 1) for key, part in node.items() if not source.chance(30)}
        return kept | ({source.pick(tuple(node)): shape(source)} if node and source.chance(12) else {})
    if depth and isinstance(node, list):
        return [_mutated(source, part, depth - 1) for part in node]
    return node


def _body(source: Source, here: Place) -> tuple[str, bytes]:
    delivery = _payload(source, here)
    told = _mutated(source, delivery.payload) if source.number(3) else delivery.payload
    if source.chance(30):
        deep = source.pick((50, 5_000, 100_000))
        told = "@@"
        raw = source.pick(('{"a":' * deep, "[" * deep, '{"type":' + "[" * deep))
        return KINDS[0], raw.encode()
    if delivery.kind == "slash_commands" and isinstance(told, dict):
        flat = {str(key): part if isinstance(part, str) else json.dumps(part) for key, part in told.items()}
        text = "&".join(
            f"{urlencode({'k': key}, errors='surrogatepass')[2:]}={_quoted(part)}" for key, part in flat.items()
        )
        return KINDS[1], text.encode()
    if delivery.kind == "events_api":
        return KINDS[0], json.dumps(told).encode()
    return KINDS[1], f"payload={_quoted(json.dumps(told))}".encode()


def _quoted(text: str) -> str:
    return urlencode({"k": text}, errors="surrogatepass")[2:]


def one(data: bytes) -> None:
    """Whatever arrives is answered, or refused at the door; nothing is a failure of ours."""
    source = Source(data)
    here = place()
    here.fresh()
    mark = len(here.desk.world.journal)
    kind, body = _body(source, here)
    for _ in range(source.number(2) if source.chance(3) else 0):
        at = source.number(len(body))
        body = body[:at] + source.pick((source.pick(SIGNS).encode(), source.bytes(6))) + body[at + source.number(9) :]
    if source.chance(12):
        kind = source.pick(KINDS)
    stamp = str(int(time.time()))
    signed = signature(SECRET, stamp, body.decode("utf-8", errors="replace"))
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed, "Host": "x"}
    if source.chance(6):
        name = source.pick(tuple(headers))
        headers[name] = source.pick(("", "v0=é", "é", "[", "v0=00", "9" * 500, safe_text(source, 2), *IDS[:3]))
    if source.chance(12):
        headers |= {"Content-Encoding": "gzip", "X-Slack-Retry-Num": safe_text(source, 1), "Cookie": "\x00"}
    status, text = ask(body, headers, query=source.pick((b"", b"a=1", b"%00", b"\xff")))
    assert status in (200, 400, 401, 404), (status, text, body[:2_000])
    assert not any(sign in text for sign in OURS), text
    shown = "\n".join(change.item.visible_text for change in here.desk.world.journal[mark:])
    assert not any(sign in shown for sign in OURS), shown
