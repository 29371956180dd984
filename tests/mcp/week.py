"""A manager's week with an assistant, as a page: `python -m tests.mcp.week` writes it.

The SDK's own client asks `tend web` over HTTP, in the demo's workspace at a fixed time. What the page shows of each
answer is chosen by rule (`abridged`), never by hand.
"""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import httpx2
import uvicorn
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import create_integration
from bot.app import create_app
from bot.config import Settings
from bot.demo.people import ANA, BEN, CHLOE, LEFT, PARTNERSHIPS
from bot.demo.seed import seed
from bot.demo.workspace import ZONE
from bot.services import Services
from bot.web.app import make_web
from bot.web.server import make_config
from bot.workspace.team import Team
from storage.db.engine import make_engine, writing
from storage.workspaces import members, workspaces
from tests.listeners.office import Clock
from tests.mcp.assistant import words
from tests.patience import PATIENCE, until
from tests.templates import copied

PAGE = Path(__file__).parents[2] / "docs" / "assistants-week.md"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = {ANA: "Ana Ruiz", BEN: "Ben Okafor", CHLOE: "Chloe Lindqvist", LEFT: "Leo Marsh"}
WREN = "Wren People Partners"
MAX_LINES, MAX_ITEMS = 14, 3
BOOKKEEPING = ("id", "partner_id", "recorded_at", "recorded_by", "count", "owner")
"""Fields that programs need and a reader does not."""


@dataclass(frozen=True)
class Use:
    """A tool or a prompt that the assistant uses. A value that begins with `@` is an id of an earlier answer."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_prompt: bool = False


@dataclass(frozen=True)
class Request:
    """What the manager asks, on which day of the week and at what hour."""

    day: int
    hour: int
    text: str
    uses: Sequence[Use]


WEEK = (
    Request(0, 9, "*Prepare my week*", [Use("prepare_my_week", is_prompt=True), Use("who_needs_me")]),
    Request(0, 9, "Why did Norbury Finch fall?", [Use("explain_score", {"partner": "Norbury Finch"})]),
    Request(
        0,
        9,
        "Will it get worse if I do nothing, and what would turn it round?",
        [
            Use("forecast", {"partner": "Norbury Finch", "months": 6}),
            Use("what_if", {"partner": "Norbury Finch", "band": "good"}),
        ],
    ),
    Request(1, 10, "Show me Wren before I ring them.", [Use("show_partner", {"partner": WREN})]),
    Request(
        1,
        11,
        "Rang Wren and sent them the benchmark. They sent us Bluebell Care, about £5,000.",
        [
            Use("log_touch", {"partner": WREN, "note": "Call about the benchmark", "request_id": "tue-1"}),
            Use("mark_promise_kept", {"promise_id": "@show_partner.promises.0.id"}),
            Use(
                "record_referral",
                {"partner": WREN, "lead": "Bluebell Care", "value": "5000", "request_id": "tue-2"},
            ),
        ],
    ),
    Request(
        2,
        14,
        "I had lunch with Brindle Moss. – No, sorry, that was Copperline.",
        [
            Use("log_touch", {"partner": "Brindle Moss Law", "note": "Lunch", "request_id": "wed-1"}),
            Use("undo", {"activity_id": "@log_touch.id"}),
            Use("log_touch", {"partner": "Copperline Solicitors", "note": "Lunch", "request_id": "wed-2"}),
        ],
    ),
    Request(2, 15, "I see Acme at four. What do I need to know?", [Use("brief", {"partner": "Acme Legal"})]),
    Request(
        2,
        17,
        "Good meeting. I promised them the figures of the pilot by tomorrow.",
        [
            Use("log_touch", {"partner": "Acme Legal", "note": "Met about the pilot", "request_id": "wed-3"}),
            Use(
                "add_promise",
                {"partner": "Acme Legal", "what": "Send the figures", "due_on": "2026-11-26", "request_id": "wed-4"},
            ),
        ],
    ),
    Request(
        3,
        16,
        "The figures are with Acme.",
        [
            Use("mark_promise_kept", {"promise_id": "@add_promise.promise_id"}),
        ],
    ),
    Request(4, 9, "How was the team's week?", [Use("weekly_digest")]),
    Request(
        4,
        10,
        "*Prepare this review*: Tallow Bridge Accounting",
        [
            Use("prepare_review", {"partner": "Tallow Bridge Accounting"}, is_prompt=True),
            Use("review", {"partner": "Tallow Bridge Accounting"}),
        ],
    ),
)


def write_page() -> str:
    """Go through the week, and return the page."""
    with TemporaryDirectory(prefix="tend-week-") as folder:
        clock, engine = Clock(MONDAY), make_engine(copied(Path(folder) / "tend.db"))
        try:
            token = _fill(engine, clock)
            with _served(engine, clock) as address:
                return anyio.run(_go_through, address, token, clock)
        finally:
            engine.dispose()


def _fill(engine: Engine, clock: Clock) -> str:
    """Fill the database as the demo is, and return the token of Ana's assistant."""
    with writing(engine) as session:
        row = workspaces.connect(session, team_id="T0TEND", now=clock() - timedelta(days=14))
        row.timezone, row.digest_channel = ZONE, PARTNERSHIPS
        session.add(row)
        session.flush()
        team = Team.of(row)
        for user_id, name in NAMES.items():
            of: Any = {"workspace_id": team.id, "user_id": user_id, "name": name, "now": clock()}
            members.save_member(session, **of, timezone=ZONE, standing="member", is_admin=False)
    seed(engine, team, clock())
    return create_integration(engine, Caller(team, ANA, clock(), is_steward=True), "Ana's assistant").token


@contextmanager
def _served(engine: Engine, clock: Clock) -> Iterator[str]:
    """Serve `tend web` on a free loopback port; Slack is never asked."""
    settings = Settings(slack_bot_token="xoxb-week", slack_signing_secret="stand-in-secret")
    services = Services.build(settings, engine, clock)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(make_config(make_web(services, create_app(services)), grace_seconds=9))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()


async def _go_through(address: str, token: str, clock: Clock) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    parts: list[str] = [HEAD]
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE, trust_env=False) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        answers: dict[str, Any] = {}
        day = -1
        for request in WEEK:
            clock.now = MONDAY + timedelta(days=request.day, hours=request.hour - MONDAY.hour)
            if request.day != day:
                day = request.day
                parts.append(f"## {clock.now:%A}")
            parts.append(f"> {request.text}")
            for use in request.uses:
                parts.append(await _use(client, use, answers))
    return "\n\n".join(parts) + "\n"


async def _use(client: Client, use: Use, answers: dict[str, Any]) -> str:
    values = {name: _found(answers, value) for name, value in use.values.items()}
    if use.is_prompt:
        prompt = await client.get_prompt(use.name, values or None)
        return f"The prompt:\n\n```text\n{_wrapped(prompt.messages[0].content.text)}\n```"
    result = await client.call_tool(use.name, values)
    assert not result.is_error, words(result)
    answers[use.name] = result.structured_content
    shown = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    call = f"`{use.name}({shown})`"
    return f"{call}\n\n```text\n{abridged(result.structured_content or {})}\n```"


def _found(answers: dict[str, Any], value: Any) -> Any:
    """Return a value, or what it names of an earlier answer: `@tool.field.place`."""
    if not (isinstance(value, str) and value.startswith("@")):
        return value
    found: Any = answers
    for step in value[1:].split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def _wrapped(text: str, width: int = 110) -> str:
    lines = [""]
    for word in text.split():
        lines = [*lines, word] if len(lines[-1]) + len(word) >= width else [*lines[:-1], f"{lines[-1]} {word}".strip()]
    return "\n".join(lines)


def abridged(answer: Mapping[str, Any]) -> str:
    """Return an answer's `text` where it has one, else its fields that say something; the first lines of either."""
    text = answer.get("text")
    lines = [line for line in str(text).splitlines() if line.strip("= ")] if text else list(_lines(answer))
    rest = len(lines) - MAX_LINES
    return "\n".join([*lines[:MAX_LINES], f"… and {rest} more lines"] if rest > 1 else lines)


def _lines(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in values.items():
        if name in BOOKKEEPING or value in (None, "", [], {}, False):
            continue
        yield from _field(name, value, indent)


def _field(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield f"{indent}{name}: " + ", ".join(line.strip() for line in _lines(value))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for item in value[:MAX_ITEMS]:
            yield from _item(item, indent)
        if len(value) > MAX_ITEMS:
            yield f"{indent}… and {len(value) - MAX_ITEMS} more"
    else:
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield f"{indent}{name}: {said}"


def _item(item: Mapping[str, Any], indent: str) -> Iterator[str]:
    for place, line in enumerate(_lines(item)):
        yield f"{indent}{'- ' if place == 0 else '  '}{line}"


HEAD = """\
# A week with an assistant

Ana Ruiz looks after partners in the demo's workspace. This is what her assistant asked Tend in a week, and what
Tend answered: each call went over HTTP to a running `tend web`. Of each answer the page shows the first lines; of
answers that are no text, the fields that say something. What the assistant then tells Ana is its own.
[Assistants](assistants.md) says how to connect one. This page is made by `python -m tests.mcp.week`, and a test holds
it."""

if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
