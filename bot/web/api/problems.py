"""Errors as RFC 9457 problem documents, with the same texts as in Slack and the field concerned."""

import http
from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import Response

from bot.actions.workspace.integrations import REQUESTS_PER_MINUTE, RateLimited
from bot.error_messages import text_for
from bot.errors import FieldError, NotAllowed, NotFound, TendError
from bot.web.api.models import FieldProblem, Problem
from bot.web.bulkhead import Busy, Stopping
from storage.db.engine import OutcomeUnknown

CONTENT_TYPE = "application/problem+json"
RETRY_SOON = {"Retry-After": "5"}


class ProblemError(Exception):
    """An error that is returned as a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, dict(headers or {})

    def response(self) -> Response:
        problem = Problem(
            title=http.HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            errors=[FieldProblem(field=field, detail=detail) for field, detail in self.errors],
        )
        return Response(problem.model_dump_json(), self.status, self.headers, CONTENT_TYPE)


def problem_for(error: Exception) -> ProblemError:
    """Turn any exception into a problem. An unexpected one is logged, with a reference that is returned."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ValidationError):
        return _validation_problem(error)
    if isinstance(error, FieldError):
        return ProblemError(422, str(error), [(error.field, str(error))])
    if isinstance(error, RateLimited):
        text = f"An integration may make {REQUESTS_PER_MINUTE} requests a minute."
        return ProblemError(429, text, headers={"Retry-After": str(error.seconds)})
    if isinstance(error, Busy):
        text = "Too many requests of this workspace are in progress. Nothing was recorded; send the request again."
        return ProblemError(429, text, headers=RETRY_SOON)
    if isinstance(error, Stopping):
        return ProblemError(503, "Tend is restarting. Send the request again.", headers=RETRY_SOON)
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (TendError, 422)):
        if isinstance(error, kind):
            return ProblemError(status, str(error))
    if isinstance(error, IntegrityError):
        return ProblemError(409, "The same is being recorded right now. Send the request again.", headers=RETRY_SOON)
    if isinstance(error, OutcomeUnknown | DBAPIError | PoolTimeout):
        return ProblemError(503, text_for(error), headers=RETRY_SOON)
    return ProblemError(500, text_for(error))


def _validation_problem(error: ValidationError) -> ProblemError:
    """List the invalid fields, without repeating their values."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    if any(item["type"] == "json_invalid" for item in errors):
        return ProblemError(400, "The body is not valid JSON.")
    fields = [
        (".".join(str(part) for part in item["loc"]) or "body", item["msg"].removeprefix("Value error, "))
        for item in errors[:20]
    ]
    field, detail = fields[0]
    return ProblemError(422, f"{field}: {detail}", fields)
