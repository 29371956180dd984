"""Whatever arguments a tool is called with, it answers or says what is wrong; nothing inside is told, and it stands."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp.client.client import Client
from mcp_types import Tool

from tests.listeners.office import ANA, Office
from tests.mcp.assistant import Assistant, words

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**65), 2**65), st.text(max_size=60), st.floats(allow_nan=False),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["Acme Legal", "2026-11-20", "\x00", "in", "them", "5", "x" * 3000]),
)  # fmt: skip
INSIDE = ("Traceback", "sqlalchemy", "sqlite", "Something went wrong")


def arguments(tool: Tool) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments by a tool's schema, with odd values, some of which fit, and some that it does not know."""
    known = tool.input_schema.get("properties", {})
    fitting = {name: st.one_of(_fitting(name, schema), ODD) for name, schema in known.items()}
    return st.fixed_dictionaries({}, optional=fitting | {"unknown": ODD})


def _fitting(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if name == "partner":
        return st.just("Acme Legal")
    if name.endswith("_on") or name in ("since", "by"):
        return st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.isoformat)
    return st.integers(0, 20) if schema.get("type") == "integer" else st.text(max_size=30)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_arguments_are_answered(office: Office, assistant: Assistant, data: st.DataObject) -> None:
    office.told("/partner add Acme Legal", ANA)
    office.clock.forward(minutes=1)  # a token has so many requests a minute

    async def ask(client: Client) -> list[str]:
        said = []
        for tool in (await client.list_tools()).tools:
            result = await client.call_tool(tool.name, data.draw(arguments(tool)))
            said.append(words(result) if result.is_error else "")
        return said

    for said in assistant.run(ask):
        assert not any(inside in said for inside in INSIDE), said
        assert "requests a minute" not in said


@pytest.mark.slow
def test_a_server_stands_after_any_of_it(office: Office, assistant: Assistant) -> None:
    office.partner("Acme Legal", owner=ANA)
    assistant.refused("show_partner", partner=["Acme Legal"])
    assert assistant.call("list_partners")["partners"][0]["name"] == "Acme Legal"
