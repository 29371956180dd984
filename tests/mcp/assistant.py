"""The SDK's own client, asked without `await`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
from mcp.client.client import Client
from mcp_types import CallToolResult

T = TypeVar("T")


@dataclass(frozen=True)
class Assistant:
    """A client of a server, an address or a transport. Each question is a connection of its own."""

    server: Any
    mode: str = "auto"

    def run(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        async def connected() -> T:
            async with Client(self.server, mode=self.mode) as client:
                return await ask(client)

        return anyio.run(connected)

    def call(self, tool: str, **values: Any) -> Any:
        """What a tool returns."""
        result = self.try_call(tool, **values)
        assert not result.is_error, words(result)
        return result.structured_content

    def refused(self, tool: str, **values: Any) -> str:
        """Why a tool refuses."""
        result = self.try_call(tool, **values)
        assert result.is_error
        return words(result)

    def try_call(self, tool: str, **values: Any) -> CallToolResult:
        async def ask(client: Client) -> CallToolResult:
            return await client.call_tool(tool, values)

        return self.run(ask)


def words(result: CallToolResult) -> str:
    return " ".join(getattr(block, "text", "") for block in result.content)
