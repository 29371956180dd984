"""Workflow steps that an app declares, and their executions.

The sources are Slack's pages on custom steps, on types, and on `function_executed`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.fake_slack.state.models import FakeSlackError, Json

USER_CONTEXT = "slack#/types/user_context"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_IS_OF_TYPE = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "slack#/types/date": lambda value: isinstance(value, str) and bool(_DAY.fullmatch(value)),
    USER_CONTEXT: lambda value: isinstance(value, dict) and {"id", "secret"} == set(value),
}
MAX_CALLBACK_ID, MAX_TITLE = 100, 255


@dataclass(frozen=True)
class StepParameter:
    """An input or output of a step. `choices` are the only values, unless there are none."""

    name: str
    type: str
    is_required: bool = False
    choices: tuple[str, ...] = ()

    def refusal(self, value: Any) -> str | None:
        """Return why a value is refused, or None."""
        if value is None:
            return f"{self.name} is required" if self.is_required else None
        if not _IS_OF_TYPE[self.type](value):
            return f"{self.name} is no {self.type}"
        return f"{self.name} has no such choice" if self.choices and value not in self.choices else None


@dataclass(frozen=True)
class WorkflowStep:
    """A step as declared under `functions` in a manifest."""

    callback_id: str
    title: str
    inputs: tuple[StepParameter, ...] = ()
    outputs: tuple[StepParameter, ...] = ()

    @staticmethod
    def refusals(declared: tuple[StepParameter, ...], values: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with values for inputs or outputs."""
        unknown = set(values) - {one.name for one in declared}
        wrong = [reason for one in declared if (reason := one.refusal(values.get(one.name)))]
        return [*wrong, *(f"{name} is not declared" for name in sorted(unknown))]


@dataclass
class StepExecution:
    """One run of a step. It has `outputs` once it succeeded, an `error` once it failed, and else runs."""

    id: str
    step: WorkflowStep
    token: str
    outputs: Json | None = None
    error: str | None = None

    @property
    def is_running(self) -> bool:
        return self.outputs is None and self.error is None


def read_steps(functions: Json, settings: Json) -> tuple[WorkflowStep, ...]:
    """Read the steps of a manifest. Raise FakeSlackError if Slack would reject them."""
    if not functions:
        return ()
    if settings.get("org_deploy_enabled") is not True or settings.get("function_runtime") != "remote":
        raise FakeSlackError("functions need org_deploy_enabled, and function_runtime remote")
    return tuple(_read_step(name, row) for name, row in functions.items())


def _read_step(callback_id: str, row: Any) -> WorkflowStep:
    if not isinstance(row, dict) or not 1 <= len(str(row.get("title", ""))) <= MAX_TITLE:
        raise FakeSlackError(f"the function {callback_id} needs a title of at most {MAX_TITLE} characters")
    if len(callback_id) > MAX_CALLBACK_ID:
        raise FakeSlackError("a function's callback id has at most 100 characters")
    inputs, outputs = (_read_parameters(row.get(key, {})) for key in ("input_parameters", "output_parameters"))
    return WorkflowStep(callback_id, str(row["title"]), inputs, outputs)


def _read_parameters(rows: Json) -> tuple[StepParameter, ...]:
    return tuple(_read_parameter(name, row) for name, row in rows.items())


def _read_parameter(name: str, row: Json) -> StepParameter:
    kind, choices = str(row.get("type")), tuple(map(str, row.get("enum", ())))
    if kind not in _IS_OF_TYPE:
        raise FakeSlackError(f"{name} has the unknown type {kind}")
    if not row.get("title"):
        raise FakeSlackError(f"{name} has no title")
    if tuple(str(one.get("value")) for one in row.get("choices", ())) not in ((), choices):
        raise FakeSlackError(f"the choices of {name} do not label its enum")
    return StepParameter(name, kind, row.get("is_required") is True, choices)
