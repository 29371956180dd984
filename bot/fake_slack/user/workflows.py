"""Running a workflow whose step an app provides."""

from __future__ import annotations

from typing import Any

from bot.fake_slack.state.models import FakeSlackError, Json
from bot.fake_slack.state.steps import USER_CONTEXT, StepExecution, StepParameter, WorkflowStep
from bot.fake_slack.user.messages import MessageActions
from bot.fake_slack.user.result import UserResult
from bot.fake_slack.web_api.oauth import Tokens


class WorkflowActions(MessageActions):
    """A mixin of what happens in workflows. The subclass has a `world`, a `link` and `tokens`."""

    tokens: Tokens

    def run_step(self, user: str, callback_id: str, **inputs: Any) -> StepExecution:
        """Run a workflow with one step of the app as its only one, started by `user`, and return its execution.

        A `user_context` is filled in with whoever started the workflow; nobody can choose it.

        Raises:
            FakeSlackError: the app has no such step, or the workflow could not be published with these inputs.
        """
        execution = self.new_execution(callback_id)
        self.execute(execution, user, **inputs)
        return execution

    def new_execution(self, callback_id: str) -> StepExecution:
        """Begin an execution of a step, without telling the app."""
        steps = self.installed.steps if self.installed else ()
        step = next((one for one in steps if one.callback_id == callback_id), None)
        if step is None:
            raise FakeSlackError(f"the app has no step {callback_id!r}")
        with self.world.lock:
            id = self.world.fresh_id("Fx")
            self.tokens.add(token := f"xwfp-{id}")
            execution = self.world.executions[id] = StepExecution(id, step, token)
        return execution

    def execute(
        self,
        execution: StepExecution,
        user: str,
        *,
        event_id: str | None = None,
        retry_num: int | None = None,
        **inputs: Any,
    ) -> UserResult:
        """Tell the app of an execution; also again, as Slack does when it got no answer."""
        step = execution.step
        who = {one.name: {"id": user, "secret": "s3cret"} for one in step.inputs if one.type == USER_CONTEXT}
        if wrong := WorkflowStep.refusals(step.inputs, who | inputs):
            raise FakeSlackError("; ".join(wrong))
        inner: Json = {
            "type": "function_executed",
            "function": _function_json(step, self.world.app_id),
            "inputs": who | inputs,
            "function_execution_id": execution.id,
            "workflow_execution_id": f"Wx{execution.id}",
            "bot_access_token": execution.token,
        }
        return self.event(inner, event_id=event_id, retry_num=retry_num, user=user)


def _function_json(step: WorkflowStep, app_id: str) -> Json:
    return {
        "id": f"Fn{step.callback_id}",
        "callback_id": step.callback_id,
        "title": step.title,
        "description": "",
        "type": "app",
        "input_parameters": [_parameter_json(one) for one in step.inputs],
        "output_parameters": [_parameter_json(one) for one in step.outputs],
        "app_id": app_id,
        "date_created": 0,
        "date_updated": 0,
        "date_deleted": 0,
    }


def _parameter_json(one: StepParameter) -> Json:
    return {"type": one.type, "name": one.name, "description": "", "title": one.name, "is_required": one.is_required}
