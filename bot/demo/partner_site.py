"""The made-up world outside: where a partner opens a private link, on a port of its own as it is no part of Slack."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from bot.fake_slack.transport.server import LOOPBACK
from bot.services import House
from bot.web.calendar_feed import calendar_routes
from bot.web.trust_survey import their_view_routes


class Outside:
    """A free port of the loopback address, taken at once, so that its address is known before there is a house."""

    def __init__(self) -> None:
        self._listening = socket.create_server((LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self._listening.getsockname()[1]}"

    @contextmanager
    def serving(self, house: House) -> Iterator[None]:
        """Links are answered while the block runs."""
        app = Starlette(routes=[*their_view_routes(house), *calendar_routes(house)])
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        sockets = {"sockets": [self._listening]}
        thread = threading.Thread(target=server.run, kwargs=sockets, daemon=True, name="outside")
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(5)

    def close(self) -> None:
        """Give the port back."""
        self._listening.close()
