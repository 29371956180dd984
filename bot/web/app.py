"""The HTTP endpoint: Slack's requests on `/slack/events`, whether we are well on `/healthz`, the API for other
programs, calendars, and the pages for people: how to install, and where partners give their view."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.listeners.payload_schema import InvalidPayload, UnsupportedPayload, clean_body, reject_payload
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from bot.web.api import api_routes, not_found
from bot.web.calendar_feed import calendar_routes
from bot.web.health import check_health
from bot.web.html import read_text
from bot.web.install import install_routes
from bot.web.trust_survey import trust_survey_routes

MAX_BODY_BYTES = 1_000_000
MAX_TIMESTAMP_LENGTH = 12


def make_web(services: Services, app: App) -> Starlette:
    """The ASGI application that `tend web` serves. Bolt is synchronous, so each request gets a thread."""
    verifier = SignatureVerifier(services.settings.need("slack_signing_secret"))

    async def events(request: Request) -> Response:
        body = await read_text(request, MAX_BODY_BYTES)
        if body is None:
            return Response("the body is larger than 1 MB", status_code=413)
        try:
            told = _parse_body(body, request.headers.get("content-type", ""))
        except (ValueError, RecursionError):
            told = None
        if told and told.get("ssl_check") == "1":
            return Response()  # Slack looks at our certificate, and does not always sign that
        if not _is_signed(request, body, verifier):
            return Response("the request is not signed", status_code=401)
        if told is None:
            return Response("the body can't be read", status_code=400)
        try:
            asked = _bolt_request(request, body, clean_body(told))
        except (InvalidPayload, UnsupportedPayload) as error:
            return _response(reject_payload(error))
        return _response(await run_in_threadpool(dispatch, asked))

    def dispatch(asked: BoltRequest) -> BoltResponse:
        with services.in_flight.track():  # the server begins nothing new once it is told to stop
            return app.dispatch(asked)

    async def healthz(_request: Request) -> Response:
        found = await run_in_threadpool(check_health, services)
        return JSONResponse(found.body, status_code=found.status)

    routes = [Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz, methods=["GET"])]
    routes += trust_survey_routes(services)
    routes += api_routes(services)
    routes += calendar_routes(services)
    if isinstance(services.workspaces, OAuthWorkspaces):
        routes += install_routes(services.workspaces)
    return Starlette(routes=routes, exception_handlers={404: not_found})


def _is_signed(request: Request, body: str, verifier: SignatureVerifier) -> bool:
    """Whether it comes from Slack, a few minutes ago at most. Nothing is made of a body before that is known."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not stamp.isdecimal() or len(stamp) > MAX_TIMESTAMP_LENGTH or not signature.isascii():
        return False
    return verifier.is_valid(body, stamp, signature)


def _parse_body(body: str, kind: str) -> dict[str, Any]:
    """What a body says: an event is JSON, a command a form, and a button or form of ours JSON in a form's `payload`.

    Raises:
        ValueError: it can't be read.
    """
    if kind.startswith("application/json") or body.startswith("{"):
        told = json.loads(body)
    else:
        form = dict(parse_qsl(body, keep_blank_values=True))
        told = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _bolt_request(request: Request, body: str, told: dict[str, Any]) -> BoltRequest:
    """The request for Bolt, which would lose a command that has the word *payload* anywhere in it if it read the body.

    Only with the mode of a socket does it take one that was read; it then checks the signature as ever.
    """
    query = request.scope.get("query_string", b"").decode("latin-1")
    asked = BoltRequest(body=told, query=query, headers=_headers(request), mode="socket_mode")
    asked.raw_body, asked.mode = body, "http"
    return asked


def _headers(request: Request) -> dict[str, str | Sequence[str]]:
    return dict(request.headers.items())


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, status_code=answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers[name] = value
    return response
