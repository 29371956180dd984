"""Many assistants of one workspace at once have a few questions in hand, and people go on."""

from typing import Any

import pytest

from bot.web import bulkhead
from bot.web.fair_share import MAX_IN_HAND
from bot.web.mcp.turn import CLIENT, Assistants
from tests.listeners.office import ANA, Office
from tests.mcp.assistant import Assistant
from tests.mcp.conftest import token_for
from tests.mcp.test_transports import over_http
from tests.patience import PATIENCE
from tests.slack.test_crowd import Gate


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a turn gets it in the end."""
    monkeypatch.setattr(bulkhead, "WAIT_SECONDS", PATIENCE)


def test_a_crowd_of_assistants_has_a_few_questions_in_hand(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.partner("Acme Legal", owner=ANA)
    gate, begin, token = Gate(office.workspace_id), Assistants._begin, token_for(office)

    def held(assistants: Assistants, context: Any) -> Any:
        gate.pass_through(context.request_context.request.scope[CLIENT].team.id)
        return begin(assistants, context)

    monkeypatch.setattr(Assistants, "_begin", held)

    def ask() -> int:
        found = Assistant(over_http(address, token)).call("list_partners")
        return len(found["partners"])

    with gate.crowd(10, ask) as crowd:
        assert "ecorded" in office.told("/touch Acme Legal call").visible_text
        assert not any(each.done() for each in crowd)
    assert {each.result() for each in crowd} == {1}
    assert gate.most == MAX_IN_HAND
