"""The HTTP endpoint as it is served: in a thread for most tests, as a process of its own for some."""

import itertools
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import create_app
from bot.services import Services
from bot.web.app import make_web
from bot.web.server import make_config
from tests.notifications.conftest import no_proxy, office, running
from tests.notifications.office import Office
from tests.patience import PATIENCE, until
from tests.web.endpoint import Endpoint
from tests.web.processes import ROOT

__all__ = ["no_proxy", "office", "running"]


@pytest.fixture
def services(office: Office) -> Services:
    return office.houses[0]


PORTS = range(20_000, 32_000)
_asked = itertools.count()


class Door:
    """An ASGI application that passes each request on to the one that stands behind it now."""

    behind: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        behind = Starlette() if scope["type"] == "lifespan" else self.behind
        await behind(scope, receive, send)


@contextmanager
def serving() -> Iterator[tuple[Door, int]]:
    """A server on the loopback address, and its port."""
    door, listening = Door(), socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(make_config(door, grace_seconds=9))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield door, listening.getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE)
    listening.close()
    assert not thread.is_alive()


@pytest.fixture(scope="package")
def served() -> Iterator[tuple[Door, int]]:
    """It is started once, since stopping it takes a moment."""
    with serving() as found:
        yield found


@pytest.fixture
def endpoint(served: tuple[Door, int], services: Services) -> Endpoint:
    """`make_web` as it is served."""
    door, port = served
    door.behind = make_web(services, create_app(services))
    return Endpoint(port, "stand-in-secret")


@pytest.fixture
def environment(office: Office) -> dict[str, str]:
    office.partner("Acme Legal")
    port = unused_port()
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_APP_TOKEN": "xapp-stand-in",
        "SLACK_SIGNING_SECRET": "stand-in-secret",
        "SLACK_API_URL": office.slack.api_url,
        "DATABASE_URL": office.url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def free_port() -> int:
    return unused_port()


def unused_port() -> int:
    """A port of the loopback address that nobody listens on, and that none gets by chance before it is used.

    Systems give connections, and whoever asks for any port, one above these.
    """
    while True:
        port = PORTS.start + (os.getpid() * 61 + next(_asked)) % len(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
