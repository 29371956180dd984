"""The addresses of the API: who asks, what is asked, and the answer. What it means stands in `operations`."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.workspace.integrations import Known, recognised
from bot.process.log_config import about, also_about
from bot.services import House
from bot.web.api.idempotency import done_once, fingerprint, key_in
from bot.web.api.openapi import document
from bot.web.api.problems import SOON, Refused, refused
from bot.web.api.routes import DOCUMENT, OPERATIONS, PREFIX
from bot.web.api.types import Asked, Done, Operation
from bot.web.html import bytes_of
from storage.db.deadline import hurry
from storage.db.engine import reading

LARGEST_BODY = 100_000
WAIT_SECONDS = 5.0
"""How long a request may wait for the database."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
NO_TOKEN = "A token is needed: Authorization: Bearer tend_… . A steward makes one in Slack, with `/tend settings`."


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came. `body` is None where it was too large."""

    token: str
    kind: str
    key: str | None
    named: str
    query: dict[str, str]
    body: bytes | None


def not_there(request: Request, _error: Exception) -> Response:
    """The answer to an address that there is not: of the API as a problem, as everything there."""
    if request.url.path.startswith(PREFIX):
        return Refused(404, "There is nothing at this address.").response()
    return Response("Not Found", 404)


def api_routes(house: House) -> list[Route]:
    """A route for each path, for all that can be asked there; and the document that says what that is."""
    desk = _Desk(house)
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for one in OPERATIONS:
        # A name may have a slash in it.
        last = {None: "", "id": "/{id}", "partner": "/{partner:path}"}[one.named]
        by_path[PREFIX + one.path + last][one.method] = one
    routes = [Route(path, partial(_asked, desk, its), methods=list(its)) for path, its in by_path.items()]
    told = json.dumps(document(house.settings.tend_url))

    async def openapi(_request: Request) -> Response:
        return Response(told, media_type="application/json")

    return [Route(DOCUMENT, openapi, methods=["GET"]), *routes]


async def _asked(desk: "_Desk", its: dict[str, Operation], request: Request) -> Response:
    operation = its["GET" if request.method == "HEAD" else request.method]
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    call = Call(
        token=token.strip() if scheme.lower() == "bearer" else "",
        kind=request.headers.get("content-type", ""),
        key=request.headers.get("idempotency-key"),
        named=str(request.path_params.get(operation.named or "", "")),
        query=dict(request.query_params),
        body=await bytes_of(request, LARGEST_BODY),
    )
    return await run_in_threadpool(desk.answer, operation, call)


class _Desk:
    def __init__(self, house: House) -> None:
        self._house = house

    def answer(self, operation: Operation, call: Call) -> Response:
        """Whatever becomes of a request, it is counted and answered; no secret of it is told to anybody."""
        started, name, outcome = perf_counter(), _name(operation), "done"
        with about(), hurry(WAIT_SECONDS):
            try:
                with self._house.in_hand.one() as begun:
                    if not begun:
                        raise Refused(503, "Tend is being restarted; send it again.", headers=SOON)
                    response = self._answered(operation, call)
            except Exception as error:
                problem = refused(error)
                outcome = "error" if problem.status >= 500 else "refused"
                response = problem.response()
        response.headers.update(HEADERS)
        self._house.metrics.requests.labels(name, outcome).inc()
        self._house.metrics.answers.labels(name).observe(perf_counter() - started)
        return response

    def _answered(self, operation: Operation, call: Call) -> Response:
        house, now = self._house, self._house.clock()
        known = recognised(house.engine, call.token, now)
        if known is None:
            raise Refused(401, NO_TOKEN, headers={"WWW-Authenticate": 'Bearer realm="Tend"'})
        also_about(workspace=known.team.id)
        asked, caller = _understood(operation, call), known.caller(now)
        if operation.writes:
            status, text = self._recorded(operation, call, known, asked)
        else:
            with reading(house.engine) as session:
                done: Done = operation.does(session, caller, asked)
            status, text = done.status, done.body.model_dump_json() if done.body else ""
        where = {"Location": f"{PREFIX}{operation.at}/{json.loads(text)['id']}"} if operation.at else {}
        return Response(text or None, status, where, "application/json" if text else None)

    def _recorded(self, operation: Operation, call: Call, known: Known, asked: Asked[Any, Any]) -> tuple[int, str]:
        now = self._house.clock()
        caller, key = known.caller(now), key_in(call.key)
        mark = fingerprint(operation, asked.body)
        return done_once(
            self._house.engine, known, key, mark, now, lambda session: operation.does(session, caller, asked)
        )


def _understood(operation: Operation, call: Call) -> Asked[Any, Any]:
    """The request, checked.

    Raises:
        Refused, pydantic.ValidationError: it can't be taken.
    """
    query = operation.query.model_validate(call.query)
    if call.body is None:
        raise Refused(413, f"A body has at most {LARGEST_BODY:,} bytes.")
    if operation.body is None:
        return Asked(None, query, call.named)
    if call.kind.partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "Send JSON, with Content-Type: application/json.")
    return Asked(operation.body.model_validate_json(call.body), query, call.named)


def _name(operation: Operation) -> str:
    """As it is counted: out of the list, whatever was asked."""
    return f"api {operation.method} {operation.path}{'/…' if operation.named else ''}"
