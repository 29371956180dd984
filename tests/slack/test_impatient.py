"""A form is opened while its trigger lasts, or not at all."""

import pytest
from slack_sdk import WebClient

from bot.listeners.respond import Form, answer_command
from bot.slack.client import TRIGGER_SECONDS, make_client


def test_opening_a_form_waits_for_slack_no_longer_than_its_trigger_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def hang(client: WebClient, **_: object) -> None:
        waited.append(client.timeout)
        raise TimeoutError

    monkeypatch.setattr(WebClient, "views_open", hang)
    client = make_client("xoxb-x", "http://127.0.0.1:1/api/")
    usual = client.timeout
    answers: list[dict[str, object]] = []
    answer_command(lambda **answer: answers.append(answer), client, {"command": "/touch"}, Form({"type": "modal"}))  # type: ignore[arg-type, return-value]
    assert waited == [TRIGGER_SECONDS]
    assert len(answers) == 1, "the person is told"
    assert client.timeout == usual, "other calls wait as before"
