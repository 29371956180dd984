"""What a form keeps to itself, changed on the way."""

import pytest

from tests.authority.desk import Desk, filled
from tests.authority.forms import FILLED
from tests.listeners.office import ADA


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "x",
        "[]",
        "null",
        "1",
        '{"response_url": 5}',
        '{"response_url": "file:///etc/passwd"}',
        '{"response_url": "ftp://x/"}',
        '{"response_url": "x"}',
        '{"response_url": []}',
    ],
)
def test_a_forged_private_part_of_a_form_only_moves_the_answer(desk: Desk, kept: str) -> None:
    """What was filled in is recorded, and told in the person's own DM."""
    form = FILLED["event"]
    body = form.body(desk) | {"private_metadata": kept}
    tried = desk.submit(ADA, body, filled(body["blocks"], form.values))
    assert (tried.answer.status, tried.answer.body) == (200, "")
    assert set(desk.changed()) == {"activity", "seen_request", "webhook_delivery"}
    assert "Recorded: event" in desk.slack.dm(ADA)[-1].visible_text
