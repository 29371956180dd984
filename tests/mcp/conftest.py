"""An assistant with a token, and Tend as it is served."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import create_integration
from bot.web.app import make_web
from bot.web.mcp.server import make_server
from bot.web.mcp.turn import Assistants
from bot.web.server import make_config
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import ADA, Office
from tests.mcp.assistant import Assistant
from tests.patience import PATIENCE, until
from tests.storage.conftest import database_kind, engine, url

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


def token_for(office: Office, name: str = "Assistant", *, reads_scores: bool = True) -> str:
    (team,) = office.services.workspaces.teams()
    caller = Caller(team, ADA, office.clock(), is_steward=True)
    return create_integration(office.engine, caller, name, reads_scores=reads_scores).token


@pytest.fixture
def assistant(office: Office) -> Assistant:
    """One that may read everything, in memory."""
    return assistant_of(office, token_for(office))


def assistant_of(office: Office, token: str) -> Assistant:
    return Assistant(make_server(Assistants(office.engine, office.clock, token=lambda: token)))


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The address of `/mcp`."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(make_config(make_web(office.services, office.app), grace_seconds=9))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
    server.should_exit = True
    thread.join(PATIENCE)
    listening.close()
    assert not thread.is_alive()
