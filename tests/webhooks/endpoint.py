"""What an endpoint was sent, and short ways to add one and to let the worker send."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bot.fake_slack import Message
from bot.notifications.webhooks import WebhookRound
from bot.webhooks.events import CHOSEN, EventType
from bot.webhooks.turn import TurnResult
from tests.calendars.servers import NAME, Roads
from tests.listeners.office import STEVE, Office

DOCUMENTS = Path(__file__).parents[2] / "docs"
SCHEMA = Draft202012Validator(json.loads((DOCUMENTS / "webhooks-v1.schema.json").read_text(encoding="utf-8")))
URL = f"https://{NAME}/hooks/secret-4f1c"


@dataclass(frozen=True)
class Sent:
    """One request that an endpoint got."""

    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, request: bytes) -> "Sent":
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:]
        return cls({name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body)

    @property
    def event(self) -> dict[str, Any]:
        """The body, which is as the schema says."""
        found: dict[str, Any] = json.loads(self.body)
        SCHEMA.validate(found)
        return found

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.event["data"]
        return found


def add(office: Office, url: str = URL, events: tuple[EventType, ...] = CHOSEN, user: str = STEVE) -> str:
    """Add an endpoint as a steward does, and return its secret."""
    listed = office.press_label(office.told("/tend settings", user), "Webhooks", user)
    form = office.press_label(shown(listed), "New webhook", user).view
    assert form is not None
    seen = office.submit(form, user, address=url, events=list(events))
    assert seen.ok, seen
    assert not seen.errors, seen.errors
    assert seen.view is not None
    return next(text for block in seen.view.blocks if "```" in (text := block.get("text", {}).get("text", ""))).strip(
        "`"
    )


def shown(seen: Any) -> Message:
    """The message that a button showed, wherever it did."""
    (message,) = (*seen.messages, *seen.ephemerals, *seen.updated)
    return message  # type: ignore[no-any-return]


def listed(office: Office, user: str = STEVE) -> Message:
    """The list of webhooks."""
    return shown(office.press_label(office.told("/tend settings", user), "Webhooks", user))


def deliver(office: Office, roads: Roads, timeout: float | None = None) -> TurnResult:
    """Let the worker send once."""
    rounds = WebhookRound(office.services, roads.network(timeout) if timeout else roads.network())
    try:
        return rounds.finish(office.clock())
    finally:
        rounds.close()


def sent(roads: Roads) -> list[Sent]:
    """What the server was sent, in order."""
    return [Sent.of(request) for request in roads.server.requests]
