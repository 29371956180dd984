"""`tend mcp`: one person's assistant over standard input and output, with an integration's token."""

from sqlalchemy import Engine

from bot.clock import system_clock
from bot.web.mcp.server import make_server
from bot.web.mcp.turn import Assistants


def serve_stdio(engine: Engine, token: str) -> None:
    """Answer until standard input ends. The token is checked at each call, so that revoking it ends its rights."""
    make_server(Assistants(engine, system_clock, token=lambda: token)).run("stdio")
