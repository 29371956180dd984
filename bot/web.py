"""The HTTP endpoint: Slack's requests on `/slack/events`, whether we are well on `/healthz`, and how to install."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.house import House
from bot.installing import install_routes
from bot.oauth import ByOAuth
from storage.engine import reading

LARGEST_BODY = 1_000_000
LONGEST_STAMP = 12


def make_web(house: House, app: App) -> Starlette:
    """The ASGI application that `tend web` serves. Bolt is synchronous, so each request gets a thread."""

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response("the body is larger than 1 MB", status_code=413)
        try:
            told = _told(body, request.headers.get("content-type", ""))
        except ValueError:
            told = None
        if told and told.get("ssl_check") == "1":
            return Response()  # Slack looks at our certificate, and does not always sign that
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not stamp.isdecimal() or len(stamp) > LONGEST_STAMP:
            return Response("the request is not signed", status_code=401)
        if told is None:
            return Response("the body can't be read", status_code=400)
        asked = _asked(request, body, told)
        return _response(await run_in_threadpool(app.dispatch, asked))

    async def healthz(_request: Request) -> Response:
        try:
            await run_in_threadpool(_ask_database, house)
        except Exception as error:
            return JSONResponse({"ok": False, "database": type(error).__name__}, status_code=503)
        return JSONResponse({"ok": True})

    routes = [Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz, methods=["GET"])]
    if isinstance(house.workspaces, ByOAuth):
        routes += install_routes(house.workspaces)
    return Starlette(routes=routes)


async def _body(request: Request) -> str | None:
    """The body as text; None for one that is larger than anything Slack sends, without reading it to its end."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks).decode("utf-8", errors="replace")


def _told(body: str, kind: str) -> dict[str, Any]:
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


def _asked(request: Request, body: str, told: dict[str, Any]) -> BoltRequest:
    """The request for Bolt, which would lose a command that has the word *payload* anywhere in it if it read the body.

    Only with the mode of a socket does it take one that was read; it then checks the signature as ever.
    """
    asked = BoltRequest(body=told, query=request.url.query, headers=_headers(request), mode="socket_mode")
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


def _ask_database(house: House) -> None:
    with reading(house.engine) as session:
        session.execute(text("SELECT 1"))
