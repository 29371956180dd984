"""The ASGI app: Slack events, health, the API, calendar feeds, install pages, pages behind private links."""

import json
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
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
from bot.web.body import read_bytes
from bot.web.calendar_feed import calendar_routes
from bot.web.fair_share import FairShare, busy_response, workspace_of
from bot.web.health import health_routes
from bot.web.install import install_routes
from bot.web.mcp.http import McpEndpoint, mcp_route
from bot.web.referral_door import referral_routes
from bot.web.signature import MAX_UNSIGNED_BYTES, SignatureClaim, is_certificate_check
from bot.web.trust_survey import trust_survey_routes

MAX_BODY_BYTES = 1_000_000
READ_THREADS = 2
"""For signatures and parsing, apart from the threads that may all be waiting for Slack."""
MAX_FIELDS = 100
"""Slack sends about fifteen."""


def make_web(services: Services, bolt_app: App) -> Starlette:
    """Build the ASGI app for `tend web`. Bolt is synchronous, so each request runs in a thread."""
    secret = services.settings.need("slack_signing_secret")
    verifier, shares, readers = SignatureVerifier(secret), FairShare(), CapacityLimiter(READ_THREADS)

    async def events(request: Request) -> Response:
        arrived = perf_counter()
        claim = SignatureClaim.of(request.headers, verifier.clock.now())
        raw = await read_bytes(request, MAX_UNSIGNED_BYTES if claim is None else MAX_BODY_BYTES)
        if raw is None and claim is not None:
            return Response("the body is larger than 1 MB", status_code=413)
        if raw is not None and is_certificate_check(raw):
            return Response()
        parsed = None
        if claim is not None and raw is not None:
            parsed = await to_thread.run_sync(_verified_request, request, claim, raw, secret, limiter=readers)
        if parsed is None:
            return Response("the request has no valid signature", status_code=401)
        if isinstance(parsed, Response):
            return parsed
        parsed.context[ARRIVED] = arrived
        async with shares.turn(workspace_of(parsed.body)) as has_turn:
            if not has_turn:
                return _response(busy_response(parsed.body))
            return _response(await run_in_threadpool(dispatch, parsed))

    def dispatch(bolt_request: BoltRequest) -> BoltResponse:
        with services.in_flight.track():  # uvicorn accepts no new requests during shutdown
            return bolt_app.dispatch(bolt_request)

    routes = [Route("/slack/events", events, methods=["POST"]), *health_routes(services)]
    routes += trust_survey_routes(services) + referral_routes(services)
    routes += api_routes(services)
    mcp = McpEndpoint(services)
    routes.append(mcp_route(mcp))
    routes += calendar_routes(services)
    if isinstance(services.workspaces, OAuthWorkspaces):
        routes += install_routes(services, services.workspaces)
    app = Starlette(routes=routes, lifespan=mcp.running, exception_handlers={404: not_found, 405: wrong_method})
    # Behind a proxy Starlette takes its own address for plain http, and would send whoever adds a slash there, with
    # their token.
    app.router.redirect_slashes = False
    return app


def _verified_request(
    request: Request, claim: SignatureClaim, raw: bytes, secret: str
) -> BoltRequest | Response | None:
    """Parse a body, or return None without looking into it if Slack did not sign it."""
    return _parse_request(request, raw) if claim.holds(raw, secret) else None


def _parse_request(request: Request, raw: bytes) -> BoltRequest | Response:
    """Parse a signed body, or return the response that refuses it."""
    body = raw.decode("utf-8", errors="replace")
    try:
        payload = _parse_body(body, request.headers.get("content-type", ""))
    except (ValueError, RecursionError):
        return Response("the body can't be read", status_code=400)
    try:
        return _bolt_request(request, body, clean_body(payload))
    except (InvalidPayload, UnsupportedPayload) as error:
        return _response(reject_payload(error))


def _parse_body(body: str, kind: str) -> dict[str, Any]:
    """Parse a body. Events are JSON, commands a form, and interactions JSON in a form's `payload`.

    Raises:
        ValueError: the body is malformed.
    """
    if kind.startswith("application/json") or body.startswith("{"):
        payload = json.loads(body)
    else:
        form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
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
