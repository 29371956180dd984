"""Custom steps: declared in the manifest, run in a workflow, ended once."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack, FakeSlackError, InProcessConnection

STEP: dict[str, Any] = {
    "title": "Greet",
    "input_parameters": {
        "person": {"type": "slack#/types/user_context", "title": "Person", "is_required": True},
        "how": {"type": "string", "title": "How", "enum": ["warmly", "coldly"]},
        "day": {"type": "slack#/types/date", "title": "Day"},
    },
    "output_parameters": {"times": {"type": "integer", "title": "Times", "is_required": True}},
}


def manifest(**changes: Any) -> dict[str, Any]:
    settings = {
        "org_deploy_enabled": True, "function_runtime": "remote",
        "event_subscriptions": {"bot_events": ["function_executed"]},
    }  # fmt: skip
    return {"settings": settings | changes, "functions": {"greet": STEP}}


@pytest.fixture
def app(slack: FakeSlack) -> App:
    """An app whose step counts how often it greeted."""
    slack.install(manifest())
    slack.world.add_person("U1", "ann")
    own = WebClient(token=slack.keys.bot_token, base_url=slack.api_url)
    app = App(client=own, signing_secret=slack.keys.signing_secret, process_before_response=True)

    @app.function("greet")
    def greet(inputs: Any, complete: Any, fail: Any) -> None:
        if inputs.get("how") == "coldly":
            fail(f"{inputs['person']['id']} deserves better")
        else:
            complete({"times": 1})

    slack.link = InProcessConnection(app)
    return app


def test_a_step_succeeds_or_fails(slack: FakeSlack, app: App) -> None:
    assert slack.run_step("U1", "greet", how="warmly", day="2026-11-23").outputs == {"times": 1}
    failed = slack.run_step("U1", "greet", how="coldly")
    assert (failed.outputs, failed.error) == (None, "U1 deserves better")
    calls = slack.world.calls_to("functions.completeSuccess")
    assert [call.token == slack.keys.bot_token for call in calls] == [False]  # but the execution's own


@pytest.mark.parametrize(
    ("inputs", "words"),
    [({"how": "oddly"}, "no such choice"), ({"day": "Monday"}, "is no slack#"), ({"more": "x"}, "not declared")],
)
def test_a_workflow_with_other_inputs_can_not_be_published(
    slack: FakeSlack, app: App, inputs: dict[str, str], words: str
) -> None:
    with pytest.raises(FakeSlackError, match=words):
        slack.run_step("U1", "greet", **inputs)


def test_an_execution_ends_once_and_as_declared(slack: FakeSlack, app: App) -> None:
    client = WebClient(token=slack.keys.bot_token, base_url=slack.api_url)
    execution = slack.new_execution("greet")

    def refusal(id: str, outputs: dict[str, Any]) -> Any:
        with pytest.raises(SlackApiError) as caught:
            client.functions_completeSuccess(function_execution_id=id, outputs=outputs)
        return caught.value.response["error"]

    assert refusal("Fx0", {"times": 1}) == "function_execution_not_found"
    assert refusal(execution.id, {}) == refusal(execution.id, {"times": "1"}) == "parameter_validation_failed"
    client.functions_completeError(function_execution_id=execution.id, error="no")
    assert refusal(execution.id, {"times": 1}) == "execution_not_in_running_state"


def test_steps_need_an_app_for_organisations(slack: FakeSlack) -> None:
    for settings in ({"org_deploy_enabled": False}, {"function_runtime": "slack"}):
        with pytest.raises(FakeSlackError, match="org_deploy_enabled"):
            slack.install(manifest(**settings))
