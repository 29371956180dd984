"""The page about webhooks has an example of every event, as the schema says, and a program that checks one."""

import json
import re
from datetime import UTC, datetime

import pytest
from jsonschema import ValidationError
from standardwebhooks import Webhook

from bot.actions.notifications.changes import REVIEW_NAMES
from bot.messages.workspace.webhooks import EVENT_NAMES, PROBLEMS
from bot.outbound.addresses import Obstacle
from bot.webhooks.events import CHOSEN, EventType
from bot.webhooks.send import make_secret
from bot.webhooks.turn import STEPS
from scoring.vocabulary import Kind
from tests.webhooks.endpoint import DOCUMENTS, SCHEMA

PAGE = (DOCUMENTS / "webhooks.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_every_event_has_an_example_that_the_schema_takes() -> None:
    assert [one["type"] for one in EXAMPLES] == list(EventType)
    for one in EXAMPLES:
        SCHEMA.validate(one)
        with pytest.raises(ValidationError):
            SCHEMA.validate(one | {"data": {}})
    activity = SCHEMA.schema["$defs"]["activity"]["properties"]
    assert set(activity["kind"]["enum"]) == set(Kind)
    assert set(SCHEMA.schema["$defs"]["review"]["properties"]["reviews"]["items"]["enum"]) == set(REVIEW_NAMES.values())
    assert all(f"| `{event}` |" in PAGE for event in EventType)
    assert set(EVENT_NAMES) == set(CHOSEN), "every event can be chosen"
    assert {one.value for one in Obstacle} - PROBLEMS.keys() == {"too_large"}, "every reason has words"


def test_the_steps_on_the_page_are_those_that_are_taken() -> None:
    words = "5 seconds, 1 minute, 5 minutes, 30 minutes,\n2 hours, 6 hours and 12 hours"
    assert words in PAGE
    assert [step.total_seconds() for step in STEPS] == [5, 60, 300, 1800, 7200, 21600, 43200]


def test_the_program_on_the_page_checks_an_event() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    secret, body, now = make_secret(), json.dumps(EXAMPLES[0]), datetime.now(UTC)
    queue: list[object] = []
    names = {"seen_before": lambda id: id == "msg_2", "put_into_a_queue": queue.append}
    exec(code.replace("whsec_…", secret), names)
    signed = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body),
    }
    assert names["take"](body.encode(), signed) == 204  # type: ignore[operator]
    assert names["take"](body.encode() + b" ", signed) == 401  # type: ignore[operator]
    assert queue == [EXAMPLES[0]]
