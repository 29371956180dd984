"""The HTTP endpoint: Slack's requests on `/slack/events`, and whether we are well on `/healthz`."""

from collections.abc import Sequence

from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.house import House
from storage.engine import reading

LARGEST_BODY = 1_000_000


def make_web(house: House, app: App) -> Starlette:
    """The ASGI application that `tend web` serves. Bolt is synchronous, so each request gets a thread."""

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response("the body is larger than 1 MB", status_code=413)
        if not request.headers.get("x-slack-request-timestamp", "").isdecimal():
            return Response("the request is not signed", status_code=401)
        asked = BoltRequest(body=body, query=request.url.query, headers=_headers(request))
        return _response(await run_in_threadpool(app.dispatch, asked))

    async def healthz(_request: Request) -> Response:
        try:
            await run_in_threadpool(_ask_database, house)
        except Exception as error:
            return JSONResponse({"ok": False, "database": type(error).__name__}, status_code=503)
        return JSONResponse({"ok": True})

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/healthz", healthz, methods=["GET"]),
        ]
    )


async def _body(request: Request) -> str | None:
    """The body as text; None for one that is larger than anything Slack sends, without reading it to its end."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks).decode("utf-8", errors="replace")


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
