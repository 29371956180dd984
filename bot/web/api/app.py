"""HTTP layer of the API: authentication, parsing and responses. `routes` lists the operations."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, partial
from time import perf_counter
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.actions.workspace.integrations import ApiClient, authenticate, count_request
from bot.process.log_config import add_log_context, log_context
from bot.services import Services
from bot.web.api.idempotency import fingerprint, read_key, run_once
from bot.web.api.openapi import build_document
from bot.web.api.problems import ProblemError, problem_for
from bot.web.api.reference import make_reference
from bot.web.api.routes import DOCUMENT, OPERATIONS, PREFIX, REFERENCE
from bot.web.api.types import ApiCall, ApiResult, Operation
from bot.web.body import read_bytes
from bot.web.bulkhead import Bulkhead
from storage.db.engine import reading

MAX_BODY_BYTES = 100_000
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
TOKEN_REQUIRED = (
    "A token is required: Authorization: Bearer tend_… . A steward can create one in Slack with `/tend settings`."
)
NO_SCORES = "This token may record, but not read scores, ratings or what they lead to."


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """The raw request of a known client. `body` is None if it was too large."""

    client: ApiClient
    kind: str
    key: str | None
    named: str
    query: dict[str, str]
    body: bytes | None


def not_found(request: Request, _error: Exception) -> Response:
    """Return 404, as a problem document under the API's prefix."""
    if request.url.path.startswith(PREFIX):
        return ProblemError(404, "This URL does not exist.").response()
    return Response("Not Found", 404)


def wrong_method(request: Request, error: Exception) -> Response:
    """Return 405, as a problem document under the API's prefix."""
    allowed = ", ".join(sorted((getattr(error, "headers", None) or {}).get("Allow", "").split(", ")))
    headers = {"Allow": allowed}
    if request.url.path.startswith(PREFIX):
        return ProblemError(405, f"This URL takes {allowed} only.", headers=headers).response()
    return Response("Method Not Allowed", 405, headers)


def api_routes(services: Services) -> list[Route]:
    """Build one route for each path, one for the OpenAPI document and one for its page."""
    handlers = _Handlers(services)
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in OPERATIONS:
        # A partner's name may contain a slash.
        suffix = {None: "", "id": "/{id}", "partner": "/{partner:path}"}[operation.named]
        by_path[PREFIX + operation.path + suffix][operation.method] = operation
    routes = [
        Route(path, partial(_handle_request, handlers, operations), methods=list(operations))
        for path, operations in by_path.items()
    ]
    document, page, headers = _describe(services.settings.tend_url)

    async def openapi(_request: Request) -> Response:
        return Response(document, media_type="application/json")

    async def reference(_request: Request) -> Response:
        return HTMLResponse(page, headers=headers)

    return [Route(DOCUMENT, openapi, methods=["GET"]), Route(REFERENCE, reference, methods=["GET"]), *routes]


@cache
def _describe(url: str | None) -> tuple[str, str, dict[str, str]]:
    """Return the OpenAPI document, and its page with the headers, for the server at this URL."""
    described = build_document(url)
    return json.dumps(described), *make_reference(described)


async def _handle_request(handlers: "_Handlers", operations: dict[str, Operation], request: Request) -> Response:
    return await handlers.answer(operations["GET" if request.method == "HEAD" else request.method], request)


class _Handlers:
    def __init__(self, services: Services) -> None:
        self._services, self._bulkhead = services, Bulkhead(services)

    async def answer(self, operation: Operation, request: Request) -> Response:
        """Run an operation, turn errors into problem documents and count the outcome."""
        started, name, outcome = perf_counter(), _operation_name(operation), "done"
        with log_context():
            try:
                client = await self._bulkhead.look_up(authenticate, self._services.engine, token_of(request))
                if client is None:  # nothing of the body is read
                    raise unauthorized()
                add_log_context(workspace=client.team.id)
                call = await _read_request(operation, client, request)
                response = await self._bulkhead.run(client.team.id, self._answered, operation, call)
            except Exception as error:
                problem = problem_for(error)
                outcome = "error" if problem.status >= 500 else "refused"
                response = problem.response()
        response.headers.update(HEADERS)
        self._services.metrics.requests.labels(name, outcome).inc()
        self._services.metrics.answers.labels(name).observe(perf_counter() - started)
        return response

    def _answered(self, operation: Operation, call: ApiRequest) -> Response:
        services, now = self._services, self._services.clock()
        if not count_request(services.engine, call.client, now):
            raise unauthorized()
        if operation.needs_scores and not call.client.reads_scores:
            raise ProblemError(403, NO_SCORES)
        api_call, caller = _parse_request(operation, call), call.client.caller(now)
        if operation.writes:
            status, text = self._recorded(operation, call, api_call)
        else:
            with reading(services.engine) as session:
                result: ApiResult = operation.does(session, caller, api_call)
            status, text = result.status, result.body.model_dump_json() if result.body else ""
        headers = {"Location": f"{PREFIX}{operation.at}/{json.loads(text)['id']}"} if operation.at else {}
        return Response(text or None, status, headers, "application/json" if text else None)

    def _recorded(self, operation: Operation, call: ApiRequest, api_call: ApiCall[Any, Any]) -> tuple[int, str]:
        now = self._services.clock()
        caller, key = call.client.caller(now), read_key(call.key)
        request_hash = fingerprint(operation, api_call.body)
        return run_once(
            self._services.engine,
            call.client,
            key,
            request_hash,
            now,
            lambda session: operation.does(session, caller, api_call),
        )


def token_of(request: Request) -> str:
    """Return the bearer token of a request, or an empty text."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def unauthorized() -> ProblemError:
    """Build the error for a token that is none."""
    return ProblemError(401, TOKEN_REQUIRED, headers={"WWW-Authenticate": 'Bearer realm="Tend"'})


async def _read_request(operation: Operation, client: ApiClient, request: Request) -> ApiRequest:
    try:
        body = await read_bytes(request, MAX_BODY_BYTES)
    except HTTPException as error:
        raise ProblemError(error.status_code, error.detail, headers=error.headers) from None
    return ApiRequest(
        client=client,
        kind=request.headers.get("content-type", ""),
        key=request.headers.get("idempotency-key"),
        named=str(request.path_params.get(operation.named or "", "")),
        query=dict(request.query_params),
        body=body,
    )


def _parse_request(operation: Operation, call: ApiRequest) -> ApiCall[Any, Any]:
    """Validate a request, or raise ProblemError or pydantic.ValidationError."""
    query = operation.query.model_validate(call.query)
    if call.body is None:
        raise ProblemError(413, f"The body may have at most {MAX_BODY_BYTES:,} bytes.")
    if operation.body is None:
        return ApiCall(None, query, call.named)
    if call.kind.partition(";")[0].strip().lower() != "application/json":
        raise ProblemError(415, "Send JSON, with Content-Type: application/json.")
    return ApiCall(operation.body.model_validate_json(call.body), query, call.named)


def _operation_name(operation: Operation) -> str:
    """Return the operation's metrics label, without the path's value."""
    return f"api {operation.method} {operation.path}{'/…' if operation.named else ''}"
