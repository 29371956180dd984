"""The ASGI app: Slack events, `/healthz`, the API, calendar feeds, install pages and the trust survey."""

import json
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.listeners.middleware import ARRIVED
from bot.listeners.payload_schema import InvalidPayload, UnsupportedPayload, clean_body, reject_payload
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from bot.web.api import api_routes, not_found, wrong_method
from bot.web.calendar_feed import calendar_routes
from bot.web.health import health_route
from bot.web.html import read_text
from bot.web.install import install_routes
from bot.web.trust_survey import trust_survey_routes

MAX_BODY_BYTES = 1_000_000
MAX_TIMESTAMP_LENGTH = 12


def make_web(services: Services, bolt_app: App) -> Starlette:
    """Build the ASGI app for `tend web`. Bolt is synchronous, so each request runs in a thread."""
    verifier = SignatureVerifier(services.settings.need("slack_signing_secret"))

    async def events(request: Request) -> Response:
        arrived = perf_counter()
        body = await read_text(request, MAX_BODY_BYTES)
        if body is None:
            return Response("the body is larger than 1 MB", status_code=413)
        try:
            payload = _parse_body(body, request.headers.get("content-type", ""))
        except (ValueError, RecursionError):
            payload = None
        if payload and payload.get("ssl_check") == "1":
            return Response()  # Slack's certificate check, which is not always signed
        if not _is_signed(request, body, verifier):
            return Response("the request has no valid signature", status_code=401)
        if payload is None:
            return Response("the body can't be read", status_code=400)
        try:
            bolt_request = _bolt_request(request, body, clean_body(payload))
        except (InvalidPayload, UnsupportedPayload) as error:
            return _response(reject_payload(error))
        bolt_request.context[ARRIVED] = arrived
        return _response(await run_in_threadpool(dispatch, bolt_request))

    def dispatch(bolt_request: BoltRequest) -> BoltResponse:
        with services.in_flight.track():  # uvicorn accepts no new requests during shutdown
            return bolt_app.dispatch(bolt_request)

    routes = [Route("/slack/events", events, methods=["POST"]), health_route(services)]
    routes += trust_survey_routes(services)
    routes += api_routes(services)
    routes += calendar_routes(services)
    if isinstance(services.workspaces, OAuthWorkspaces):
        routes += install_routes(services.workspaces)
    app = Starlette(routes=routes, exception_handlers={404: not_found, 405: wrong_method})
    # Behind a proxy Starlette takes its own address for plain http, and would send whoever adds a slash there, with
    # their token.
    app.router.redirect_slashes = False
    return app


def _is_signed(request: Request, body: str, verifier: SignatureVerifier) -> bool:
    """Return whether Slack signed the request within the last minutes. Check this before using the body."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not stamp.isdecimal() or len(stamp) > MAX_TIMESTAMP_LENGTH or not signature.isascii():
        return False
    return verifier.is_valid(body, stamp, signature)


def _parse_body(body: str, kind: str) -> dict[str, Any]:
    """Parse a body. Events are JSON, commands a form, and interactions JSON in a form's `payload`.

    Raises:
        ValueError: the body is malformed.
    """
    if kind.startswith("application/json") or body.startswith("{"):
        payload = json.loads(body)
    else:
        form = dict(parse_qsl(body, keep_blank_values=True))
        payload = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(payload, dict):
        raise ValueError("no object")
    return payload


def _bolt_request(request: Request, body: str, payload: dict[str, Any]) -> BoltRequest:
    """Build Bolt's request from the parsed body. Bolt's own parser drops a command that contains the word "payload".

    Bolt accepts a parsed body in socket mode only. The mode is set back to HTTP, so that it checks the signature.
    """
    query = request.scope.get("query_string", b"").decode("latin-1")
    bolt_request = BoltRequest(body=payload, query=query, headers=_headers(request), mode="socket_mode")
    bolt_request.raw_body, bolt_request.mode = body, "http"
    return bolt_request


def _headers(request: Request) -> dict[str, str | Sequence[str]]:
    return dict(request.headers.items())


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, status_code=answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers[name] = value
    return response
