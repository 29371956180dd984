"""One call of an assistant: who it is, what it may, and what it is told when it fails."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import ApiClient, authenticate, count_request
from bot.clock import Clock
from bot.messages.plain_text import as_text, mentioned
from bot.process.in_flight import InFlight
from bot.process.log_config import add_log_context, log_context
from bot.process.metrics import Metrics
from bot.slack.blocks import Message
from bot.web.api.app import NO_SCORES
from bot.web.api.idempotency import fingerprint, read_key, run_once
from bot.web.api.problems import problem_for
from bot.web.api.types import ApiCall, Operation, OperationHandler
from storage.db.deadline import deadline
from storage.db.engine import reading
from storage.workspaces import members

WAIT_SECONDS = 5.0
"""How long a call may wait for database locks."""
CLIENT = "tend.client"
"""The key in the scope of an HTTP request under which its client is, once authenticated."""
UNKNOWN_TOKEN = "The token is missing, unknown or revoked. A steward can create one in Slack with `/tend settings`."
RESTARTING = "Tend is restarting. Call again in a moment."


class AssistantError(ToolError):
    """What an assistant is told. The text of any other error stays here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A call that may proceed: on whose behalf, and when."""

    engine: Engine
    client: ApiClient
    now: datetime

    @property
    def caller(self) -> Caller:
        return self.client.caller(self.now)

    def read(self, does: OperationHandler, call: ApiCall[Any, Any]) -> Any:
        """Run an operation of the API that reads, and return its result."""
        with reading(self.engine) as session:
            return does(session, self.caller, call).body

    def record(self, operation: Operation, call: ApiCall[Any, Any], request_id: str | None) -> Any:
        """Run an operation that writes, once for each `request_id`, and return its result."""
        caller = self.caller
        _, text = run_once(
            self.engine,
            self.client,
            read_key(request_id),
            fingerprint(operation, call.body),
            self.now,
            lambda session: operation.does(session, caller, call),
        )
        return operation.gives.model_validate_json(text) if operation.gives and text else None

    def names(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of colleagues who are known, by user id."""
        with reading(self.engine) as session:
            return members.list_names(session, workspace_id=self.client.team.id, user_ids=user_ids)

    def text(self, message: Message) -> str:
        """Return a message as plain text, with people's names for their ids."""
        return as_text(message, self.names(mentioned(message)))


@dataclass(frozen=True, slots=True)
class Assistants:
    """Begins the turns of a server. `token` is that of the only client, or None where each request brings its own."""

    engine: Engine
    clock: Clock
    in_flight: InFlight = field(default_factory=InFlight)
    metrics: Metrics = field(default_factory=Metrics)
    token: Callable[[], str] | None = None

    @contextmanager
    def turn(self, context: Context[Any, Any], tool: str, *, needs_scores: bool = False) -> Iterator[Turn]:
        """Authenticate a call, count it, and turn whatever fails into words.

        Raises:
            AssistantError: it may not, or it failed.
        """
        started, outcome = perf_counter(), "done"
        with log_context(), deadline(WAIT_SECONDS):
            try:
                with self.in_flight.track() as accepted:
                    if not accepted:
                        raise AssistantError(RESTARTING)
                    turn = self._begin(context)
                    if needs_scores and not turn.client.reads_scores:
                        raise AssistantError(NO_SCORES)
                    yield turn
            except AssistantError:
                outcome = "refused"
                raise
            except Exception as error:
                problem = problem_for(error)
                outcome = "error" if problem.status >= 500 else "refused"
                raise AssistantError(problem.detail) from None
            finally:
                self.metrics.requests.labels(f"mcp {tool}", outcome).inc()
                self.metrics.answers.labels(f"mcp {tool}").observe(perf_counter() - started)

    def _begin(self, context: Context[Any, Any]) -> Turn:
        now = self.clock()
        request: Any = context.request_context.request
        client = authenticate(self.engine, self.token()) if self.token else request.scope[CLIENT]
        if client is None or (self.token and not count_request(self.engine, client, now)):  # else it was counted
            raise AssistantError(UNKNOWN_TOKEN)
        add_log_context(workspace=client.team.id)
        return Turn(self.engine, client, now)


def checked(model: type[BaseModel], **values: Any) -> Any:
    """Build a request of the API from a tool's arguments, without those that were left out.

    Raises:
        AssistantError: a value is invalid.
    """
    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        raise AssistantError(problem_for(error).detail) from None
