"""`docs/doors.md`: every address that Tend serves, and that a stranger causes no more there than it says."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk import WebClient
from sqlalchemy import Engine, event
from starlette.applications import Starlette
from starlette.routing import Route

from bot.app import create_app
from bot.config import Settings
from bot.services import Services
from bot.web.app import make_web
from bot.web.metrics_server import make_metrics_app
from tests.notifications.office import Office
from tests.test_reliability import in_the_tests, named

PAGE = Path(__file__).parents[2] / "docs" / "doors.md"
HOME = "https://tend.example.com"
ELSEWHERE = "anything else"
BODY = b"a=b&" * 500_000
CHUNK = 1_000
MADE_UP = {
    "{token}": "x" * 120,
    "{token}.ics": "x" * 43 + ".ics",
    "{id}": "1",
    "{partner:path}": "Acme",
}


@dataclass(frozen=True)
class Door:
    """A row of the table."""

    routes: tuple[str, ...]
    most_read: int
    most_queries: int
    tests: frozenset[str]


def doors() -> list[Door]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Door(
            tuple(re.findall(r"`([A-Z]+ /[^`]+)`", row[0])) or (row[0],),
            max(int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", row[2])),
            int(row[3]),
            frozenset(named(row[-1])),
        )
        for row in cells
    ]


@pytest.fixture
def services(office: Office) -> Services:
    """With everything that has an address."""
    settings = Settings(
        slack_client_id="1.2",
        slack_client_secret="stand-in-client-secret",
        slack_signing_secret="stand-in-secret",
        tend_token_key=Fernet.generate_key().decode(),
        tend_url=HOME,
        slack_api_url=office.slack.api_url,
    )
    return Services.build(settings, office.engine, office.clock)


@pytest.fixture
def apps(services: Services) -> tuple[Starlette, Starlette]:
    return make_web(services, create_app(services)), make_metrics_app(services)


def routes_of(*apps: Starlette) -> set[str]:
    routes = [route for app in apps for route in app.routes if isinstance(route, Route)]
    return {f"{method} {route.path}" for route in routes for method in (route.methods or ()) if method != "HEAD"}


def test_every_route_has_a_row_and_every_row_a_route(apps: tuple[Starlette, Starlette]) -> None:
    listed = [route for door in doors() for route in door.routes]
    assert len(listed) == len(set(listed))
    assert set(listed) - {ELSEWHERE} == routes_of(*apps)


def test_every_test_that_the_page_names_is_there() -> None:
    assert named(PAGE.read_text(encoding="utf-8")) - in_the_tests() == set()
    assert all(door.tests for door in doors())


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def ask(app: Starlette, method: str, path: str, headers: dict[str, str]) -> tuple[int, int, dict[str, str]]:
    """Send two megabytes. The status, how much of them was taken, and the answer's headers."""
    left, taken, status, told = len(BODY), 0, 0, dict[str, str]()

    async def receive() -> dict[str, Any]:
        nonlocal left, taken
        chunk = BODY[:CHUNK] if left else b""
        left, taken = left - len(chunk), taken + len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    async def send(message: Any) -> None:
        nonlocal status, told
        status = message.get("status", status)
        told |= {name.decode().lower(): value.decode() for name, value in message.get("headers", ())}

    path, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "root_path": "",
             "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return status, taken, told


def strangers(route: str, web: Starlette) -> Iterator[tuple[str, dict[str, str]]]:
    """The requests of somebody who knows no secret and tries hard: paths and headers."""
    path = route.partition(" ")[2]
    for name, value in MADE_UP.items():
        path = path.replace(name, value)
    yield path, {}
    yield path, {"Authorization": "Bearer tend_" + "x" * 43}
    stamp = str(int(time.time()))
    yield path, {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + "0" * 64}
    if path.endswith("/oauth_redirect"):
        _, _, told = ask(web, "GET", "/slack/install", {})
        state = told["location"].partition("state=")[2].partition("&")[0]
        yield f"{path}?state={state}&code=made-up", {"Cookie": told["set-cookie"].partition(";")[0]}


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.routes[0])
def test_a_stranger_causes_no_more_than_the_table_says(
    door: Door, apps: tuple[Starlette, Starlette], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    post = WebClient.api_call
    monkeypatch.setattr(WebClient, "api_call", lambda *args, **named: calls.append(args[1]) or post(*args, **named))
    for route in door.routes:
        method, of = route.partition(" ")[0], apps[route in routes_of(apps[1])]
        if route == ELSEWHERE:
            method, route, of = "POST", "POST /nowhere", apps[0]
        for path, headers in strangers(route, apps[0]):
            calls.clear()
            with counted(services.engine) as statements:
                status, taken, _ = ask(of, method, path, headers)
            assert status, path
            assert taken <= door.most_read + CHUNK * (door.most_read > 0), path
            assert len(statements) <= door.most_queries, statements
            assert len(calls) <= ("code=" in path), calls
