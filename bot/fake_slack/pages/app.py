"""The page for people: the workspace as a chat, and around it what a demo adds. Rendered on the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.fake_slack.pages import charts
from bot.fake_slack.pages.context import Asked, context, version
from bot.fake_slack.pages.handlers import ACTS, TROUBLES, Act, shown
from bot.fake_slack.pages.mrkdwn import emoji
from bot.fake_slack.state.blocks import options_of
from bot.fake_slack.state.models import Json, StandInError
from bot.fake_slack.user.form_input import value_of

if TYPE_CHECKING:
    from bot.fake_slack.fake_slack import StandIn

HERE = Path(__file__).parent
WHAT_IT_IS = "A local stand-in for Slack, made by Tend. Nothing here leaves this machine."
PARTS = ("sidebar", "place", "modal", "story", "clock", "troubles")
# Nothing is fetched from anywhere else, not even an image that a message names.
_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Menu:
    """What the page offers by name: (command, hint), (callback id, name) of global and of message shortcuts."""

    commands: tuple[tuple[str, str], ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    message_shortcuts: tuple[tuple[str, str], ...] = ()


class Pages:
    """The routes of the page."""

    def __init__(self, slack: StandIn) -> None:
        self.slack = slack
        loader = jinja2.FileSystemLoader(HERE)
        self.templates = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.ChainableUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.templates.filters.update(emoji=emoji, mrkdwn=_mrkdwn, initials=_initials, face=_face)
        self.templates.globals.update(
            options_of=options_of, value_of=value_of, chart=charts.svg, what_it_is=WHAT_IT_IS,
            trouble_names={key: name for key, (name, _) in TROUBLES.items()},
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """For the Starlette app."""
        return [
            Route("/", self.front),
            Route("/page/news", self.news),
            Route("/page/file/{id}", self.file),
            *(Route(f"/page/{name}", _file(name)) for name in ("page.css", "page.js", "composer.js")),
            *(Route(f"/page/{name}", self._act(act), methods=["POST"]) for name, act in ACTS.items()),
        ]

    async def front(self, request: Request) -> Response:
        """The whole page, as the person of `?as=` sees the place `?at=`."""
        seen = context(self.slack, _asked(request))
        return HTMLResponse(
            self.templates.get_template("page.html").render(**seen, version=version(self.slack, seen)),
            headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
        )

    async def news(self, request: Request) -> Response:
        """The parts of the page, when something changed since `?since=`; 204 when nothing did."""
        seen = context(self.slack, _asked(request))
        now = version(self.slack, seen)
        if request.query_params.get("since") == now:
            return Response(status_code=204)
        parts = {name: self.templates.get_template(f"{name}.html").render(**seen) for name in PARTS}
        journey = seen["journey"]
        return JSONResponse({"version": now, "moving": bool(journey and not journey.over), **parts})

    async def file(self, request: Request) -> Response:
        """An uploaded picture."""
        found = self.slack.world.files.get(request.path_params["id"])
        if found is None or found.data is None or not found.channels:
            return Response(status_code=404)
        # A picture, whatever it is: nothing that was uploaded runs in the page.
        return Response(found.data, media_type="image/png", headers={"X-Content-Type-Options": "nosniff"})

    def _act(self, act: Act) -> Any:
        async def handle(request: Request) -> Response:
            # JSON only: a form of another site cannot send that without asking first.
            if not request.headers.get("content-type", "").startswith("application/json"):
                return JSONResponse({"problem": "JSON, please."}, 415)
            try:
                body: Json = await request.json()
                seen = await run_in_threadpool(act, self.slack, body)
            except (ValueError, KeyError, TypeError):
                return JSONResponse({"problem": "This request is not understood."}, 400)
            except StandInError as error:
                return JSONResponse({"problem": str(error)}, 409)
            return JSONResponse(shown(seen))

        return handle


def _asked(request: Request) -> Asked:
    asked = request.query_params
    return Asked(asked.get("as", ""), asked.get("at", ""), "all" in asked)


def _file(name: str) -> Any:
    return lambda _: FileResponse(HERE / name)


def _mrkdwn(text: str) -> str:
    """Plain text as it is written in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def _face(user: str) -> str:
    """One of six colours, the same for a person always."""
    return f"f{sum(map(ord, user)) % 6}"
