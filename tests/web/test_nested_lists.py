"""Lists in lists: as deep as anything may be, and no deeper."""

import json
from typing import Any

import pytest

from bot.listeners.payload_schema import MAX_DEPTH
from tests.notifications.office import Office
from tests.web.endpoint import Endpoint
from tests.web.test_door import JSON, USER


def nested(kind: type, deep: int) -> Any:
    node: Any = "x"
    for _ in range(deep):
        node = [node] if kind is list else {"a": node}
    return node


@pytest.mark.parametrize("kind", [list, dict])
@pytest.mark.parametrize(("deep", "is_refused"), [(MAX_DEPTH - 1, False), (MAX_DEPTH, True), (5 * MAX_DEPTH, True)])
def test_a_body_has_a_greatest_depth(
    endpoint: Endpoint, office: Office, kind: type, deep: int, is_refused: bool
) -> None:
    """The body itself is one of its levels."""
    said = endpoint.post(
        json.dumps({"type": "block_actions", **USER, "actions": [], "extra": nested(kind, deep)}), kind=JSON
    )
    assert ("too deep" in said.text) == is_refused, said
    assert (said.status == 400) >= is_refused
