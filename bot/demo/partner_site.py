"""Public pages of the demo, such as the trust survey, on their own port because they are not part of Slack."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.fake_slack.transport.server import LOOPBACK
from bot.services import Services
from bot.web.calendar_feed import calendar_routes
from bot.web.referral_door import referral_routes
from bot.web.trust_survey import trust_survey_routes


class PublicServer:
    """A server on a free loopback port. It binds at once, because the services need its URL."""

    def __init__(self) -> None:
        self._listening = socket.create_server((LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self.port}"

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @contextmanager
    def serving(self, services: Services, *more: Route) -> Iterator[None]:
        """Serve the public pages, and `more`, during the block."""
        routes = [*more, *trust_survey_routes(services), *referral_routes(services), *calendar_routes(services)]
        app = Starlette(routes=routes)
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
        """Release the port."""
        self._listening.close()
