"""functions.* methods: how an app ends the execution of a workflow step."""

from __future__ import annotations

from bot.fake_slack.state.models import Json, SlackError
from bot.fake_slack.state.steps import StepExecution, WorkflowStep
from bot.fake_slack.web_api.call import ApiCall, Method


def complete_success(ask: ApiCall) -> Json:
    """functions.completeSuccess"""
    with ask.world.lock:
        execution = _running(ask)
        outputs = ask.args.get("outputs")
        wrong = WorkflowStep.refusals(execution.step.outputs, outputs) if isinstance(outputs, dict) else ["no outputs"]
        if wrong or not isinstance(outputs, dict):
            raise SlackError("parameter_validation_failed", tuple(wrong))
        execution.outputs = outputs
    return {}


def complete_error(ask: ApiCall) -> Json:
    """functions.completeError"""
    with ask.world.lock:
        _running(ask).error = ask.text("error")
    return {}


def _running(ask: ApiCall) -> StepExecution:
    execution = ask.world.executions.get(ask.text("function_execution_id"))
    if execution is None:
        raise SlackError("function_execution_not_found")
    if not execution.is_running:
        raise SlackError("execution_not_in_running_state")
    return execution


METHODS: dict[str, Method] = {
    "functions.completeSuccess": complete_success,
    "functions.completeError": complete_error,
}
