"""The browser page: the workspace as a chat, with the demo's additions. Rendered on the server."""

from pathlib import Path
from typing import Any

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.fake_slack.pages import charts
from bot.fake_slack.pages.context import PageRequest, page_context, version
from bot.fake_slack.pages.handlers import HANDLERS, TROUBLES, Handler, result_json
from bot.fake_slack.pages.host import Host
from bot.fake_slack.pages.mrkdwn import emoji
from bot.fake_slack.state.blocks import options_of
from bot.fake_slack.state.models import FakeSlackError, Json
from bot.fake_slack.user.form_input import value_of

PAGES_DIR = Path(__file__).parent
DESCRIPTION = "A local fake of Slack, made for Tend. Nothing here leaves this machine."
PAGE_PARTS = ("sidebar", "place", "modal", "story", "clock", "troubles")
# Load nothing from other hosts, not even images in messages.
_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class Pages:
    """The routes of the page."""

    def __init__(self, slack: Host) -> None:
        self.slack = slack
        loader = jinja2.FileSystemLoader(PAGES_DIR)
        self.templates = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.ChainableUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.templates.filters.update(emoji=emoji, mrkdwn=_mrkdwn, initials=_initials, face=_avatar_colour)
        self.templates.globals.update(
            options_of=options_of, value_of=value_of, chart=charts.svg, what_it_is=DESCRIPTION,
            trouble_names={key: name for key, (name, _) in TROUBLES.items()},
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the page."""
        return [
            Route("/", self.front),
            Route("/page/news", self.news),
            Route("/page/file/{id}", self.file),
            *(Route(f"/page/{name}", _file(name)) for name in ("page.css", "page.js", "composer.js")),
            *(Route(f"/page/{name}", self._act(act), methods=["POST"]) for name, act in HANDLERS.items()),
        ]

    async def front(self, request: Request) -> Response:
        """Render the page for the person `?as=` in the place `?at=`."""
        seen = page_context(self.slack, _parse_request(request))
        return HTMLResponse(
            self.templates.get_template("page.html").render(**seen, version=version(self.slack, seen)),
            headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
        )

    async def news(self, request: Request) -> Response:
        """Return the page's parts if anything changed since `?since=`, otherwise 204."""
        seen = page_context(self.slack, _parse_request(request))
        now = version(self.slack, seen)
        if request.query_params.get("since") == now:
            return Response(status_code=204)
        parts = {name: self.templates.get_template(f"{name}.html").render(**seen) for name in PAGE_PARTS}
        journey = seen["journey"]
        return JSONResponse({"version": now, "moving": bool(journey and not journey.over), **parts})

    async def file(self, request: Request) -> Response:
        """Serve an uploaded picture."""
        upload = self.slack.world.files.get(request.path_params["id"])
        if upload is None or upload.data is None or not upload.channels:
            return Response(status_code=404)
        # Always declare a picture, so that no upload runs in the page.
        return Response(upload.data, media_type="image/png", headers={"X-Content-Type-Options": "nosniff"})

    def _act(self, act: Handler) -> Any:
        async def handle(request: Request) -> Response:
            # Require JSON, which another site's form can't send without a CORS preflight.
            if not request.headers.get("content-type", "").startswith("application/json"):
                return JSONResponse({"problem": "The request must be JSON."}, 415)
            try:
                body: Json = await request.json()
                seen = await run_in_threadpool(act, self.slack, body)
            except (ValueError, KeyError, TypeError):
                return JSONResponse({"problem": "The request can't be parsed."}, 400)
            except FakeSlackError as error:
                return JSONResponse({"problem": str(error)}, 409)
            return JSONResponse(result_json(seen))

        return handle


def _parse_request(request: Request) -> PageRequest:
    params = request.query_params
    return PageRequest(params.get("as", ""), params.get("at", ""), "all" in params)


def _file(name: str) -> Any:
    return lambda _: FileResponse(PAGES_DIR / name)


def _mrkdwn(text: str) -> str:
    """Escape plain text for mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def _avatar_colour(user: str) -> str:
    """Return one of six colours, always the same for a person."""
    return f"f{sum(map(ord, user)) % 6}"
