"""The same over streamable HTTP and stdio, by the SDK's own client."""

import http.client
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from storage.tables import Activity
from tests.listeners.office import ANA, Office
from tests.mcp.assistant import Assistant
from tests.mcp.conftest import token_for
from tests.patience import PATIENCE

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@asynccontextmanager
async def over_http(address: str, token: str) -> AsyncIterator[Any]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE, trust_env=False) as client,
        streamable_http_client(address, http_client=client) as streams,
    ):
        yield streams


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(office: Office, address: str, mode: str) -> None:
    office.partner("Acme Legal", owner=ANA)
    token = token_for(office)
    for _ in range(2):
        Assistant(over_http(address, token), mode).call(
            "log_touch", partner="Acme Legal", note="call", request_id="once"
        )
    assert [row.recorded_by for row in office.rows(Activity)] == ["api:Assistant"]


def post(address: str, token: str | None, body: bytes) -> tuple[int, str]:
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    connection.request("POST", url.path, body, headers | ({"Authorization": f"Bearer {token}"} if token else {}))
    with closing(connection):
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("token", [None, "tend_" + "x" * 43, "x"])
def test_nobody_comes_in_without_a_token(address: str, token: str | None) -> None:
    status, text = post(address, token, json.dumps(PING).encode())
    assert (status, json.loads(text)["status"]) == (401, 401)


def test_a_body_is_bounded(office: Office, address: str) -> None:
    assert post(address, token_for(office), b"x" * 100_001)[0] == 413


def test_a_workspace_is_another(office: Office, address: str) -> None:
    """The token alone says whose partners these are."""
    office.partner("Acme Legal", owner=ANA)
    found = Assistant(over_http(address, token_for(office))).call("list_partners")
    assert [one["name"] for one in found["partners"]] == ["Acme Legal"]


@pytest.mark.slow
def test_over_stdio(office: Office) -> None:
    office.partner("Acme Legal", owner=ANA)
    url = office.engine.url.render_as_string(hide_password=False)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from bot.cli import main; main()", "mcp"],
        env={"DATABASE_URL": url, "TEND_TOKEN": token_for(office)},
    )
    Assistant(stdio_client(server)).call("log_touch", partner="Acme Legal", note="call")
    assert [row.title for row in office.rows(Activity)] == ["call"]
