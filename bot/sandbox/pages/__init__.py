"""The page for people: who they are, the conversations, the home and the forms, rendered on the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox import payloads
from bot.sandbox.blocks import options_of
from bot.sandbox.forms import state_values, value_of
from bot.sandbox.mrkdwn import Reader, emoji, to_html
from bot.sandbox.values import Json, Message, Person, StandInError, View

if TYPE_CHECKING:
    from bot.sandbox.seen import Seen
    from bot.sandbox.standin import StandIn

HERE = Path(__file__).parent
WHAT_IT_IS = "A local stand-in for Slack, made by Tend. Nothing here leaves this machine."
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
        self.templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.ChainableUndefined)
        self.templates.filters.update(emoji=emoji, initials=_initials, face=_face)
        self.templates.globals.update(options_of=options_of, value_of=value_of)

    def routes(self) -> list[BaseRoute]:
        """For the Starlette app."""
        acts: dict[str, Callable[[Json], Seen | None]] = {
            "say": self._say, "click": self._click, "submit": self._submit, "close": self._close,
            "suggest": self._suggest, "home": self._home, "shortcut": self._shortcut,
        }  # fmt: skip
        return [
            Route("/", self.front),
            Route("/page/news", self.news),
            Route("/page/page.css", lambda _: FileResponse(HERE / "page.css")),
            Route("/page/page.js", lambda _: FileResponse(HERE / "page.js")),
            *(Route(f"/page/{name}", self._act(act), methods=["POST"]) for name, act in acts.items()),
        ]

    # -- looking

    async def front(self, request: Request) -> Response:
        """The whole page, as the person of `?as=` sees the place `?at=`."""
        template = self.templates.get_template("page.html")
        return HTMLResponse(
            template.render(**self._context(request), what_it_is=WHAT_IT_IS),
            headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
        )

    async def news(self, request: Request) -> Response:
        """The parts of the page, when something changed since `?since=`; 204 when nothing did."""
        context = self._context(request)
        if request.query_params.get("since") == context["version"]:
            return Response(status_code=204)
        parts = {
            name: self.templates.get_template(f"{name}.html").render(**context)
            for name in ("sidebar", "place", "modal")
        }
        return JSONResponse({"version": context["version"], **parts})

    def _context(self, request: Request) -> Json:
        world = self.slack.world
        with world.lock:
            people = [p for p in world.people.values() if not p.is_bot and not p.deleted]
            me = world.people.get(request.query_params.get("as", "")) or (people[0] if people else None)
            at = request.query_params.get("at", "")
            places = [c for c in world.channels.values() if me and not c.is_im and me.id in c.members]
            dm = world.open_dm(me.id) if me else None
            if at != "home" and at not in {c.id for c in [*places, *([dm] if dm else [])]}:
                at = dm.id if dm else ""
            messages: list[Message] = []
            fresh = ""
            if me and at != "home":
                if count := world.unread.get((me.id, at)):
                    theirs = [m for m in [*world.messages(at), *world.ephemerals(me.id, at)] if m.user != me.id]
                    fresh = sorted(message.ts for message in theirs)[-count:][0]
                world.mark_read(me.id, at)
                messages = sorted(
                    [*world.messages(at), *world.ephemerals(me.id, at)], key=lambda message: float(message.ts)
                )
            stack = world.stacks.get(me.id, []) if me else []
            reader = self._reader(me)
            return {
                "version": f"{id(world)}-{len(world.journal)}-{len(world.people)}-{len(world.channels)}",
                "team": world.team_name, "me": me, "people": people, "places": places, "dm": dm, "at": at,
                "here": world.channels.get(at), "messages": messages, "fresh": fresh,
                "home": world.homes.get(me.id) if me else None,
                "modal": stack[-1] if stack else None,
                "unread": dict(world.unread), "all_people": dict(world.people), "menu": self.slack.menu,
                "all_channels": [c for c in world.channels.values() if not c.is_im],
                "md": lambda text: to_html(str(text), reader),
                "clock": lambda ts: _clock(ts, reader.zone),
                "state": lambda where: self._state(where, me),
                "bot": world.people[world.bot_user],
            }  # fmt: skip

    def _reader(self, me: Person | None) -> Reader:
        world = self.slack.world
        try:
            zone: tzinfo = ZoneInfo(me.tz if me else "UTC")
        except (KeyError, ValueError):
            zone = ZoneInfo("UTC")
        return Reader(
            {person.id: person.real_name for person in world.people.values()},
            {channel.id: channel.name for channel in world.channels.values()},
            zone,
        )

    def _state(self, where: Message | View, me: Person | None) -> Json:
        place = where.id if isinstance(where, View) else f"{where.ts}/{me.id if me else ''}"
        return state_values(where.blocks, payloads.typed_in(self.slack.world, place))

    # -- doing

    def _act(self, act: Callable[[Json], Seen | None]) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            # JSON only: a form of another site cannot send that without asking first.
            if not request.headers.get("content-type", "").startswith("application/json"):
                return JSONResponse({"problem": "JSON, please."}, 415)
            try:
                body = await request.json()
                seen = await run_in_threadpool(act, body)
            except (ValueError, KeyError, TypeError):
                return JSONResponse({"problem": "This request is not understood."}, 400)
            except StandInError as error:
                return JSONResponse({"problem": str(error)}, 409)
            return JSONResponse(_shown(seen))

        return handle

    def _say(self, body: Json) -> Seen | None:
        user, at, text = str(body["as"]), str(body["at"]), str(body["text"]).strip()
        world = self.slack.world
        if text.startswith("/"):
            name, _, rest = text.partition(" ")
            return self.slack.command(user, name, rest.strip(), channel=at)
        text = payloads.escaped(world, text)
        bot = world.people[world.bot_user]
        text = text.replace(f"<@{bot.id}|{bot.name}>", f"<@{bot.id}>")
        if f"<@{bot.id}>" in text:
            return self.slack.mention(user, at, text)
        self.slack.say(user, at, text)
        return None

    def _where(self, body: Json) -> Message | View:
        world = self.slack.world
        with world.lock:
            if "view" in body:
                views = [*world.homes.values(), *(v for stack in world.stacks.values() for v in stack)]
                for view in views:
                    if view.id == body["view"]:
                        return view
            else:
                message = world.find(str(body["channel"]), str(body["ts"]))
                if message is not None:
                    return message
        raise StandInError("This is not there any more.")

    def _view(self, body: Json) -> View:
        where = self._where({"view": body["view"]})
        assert isinstance(where, View)
        return where

    def _click(self, body: Json) -> Seen:
        where = self._where(body)
        return self.slack.click(
            str(body["as"]), where, str(body["action"]), body.get("value"), block=str(body["block"]),
            values=body.get("values") or {},
        )  # fmt: skip

    def _submit(self, body: Json) -> Seen:
        return self.slack.submit(str(body["as"]), self._view(body), body.get("values") or {})

    def _close(self, body: Json) -> Seen:
        return self.slack.close(str(body["as"]), self._view(body))

    def _suggest(self, body: Json) -> Seen:
        return self.slack.suggest(str(body["as"]), self._where(body), str(body["action"]), str(body.get("text", "")))

    def _home(self, body: Json) -> Seen:
        return self.slack.open_home(str(body["as"]))

    def _shortcut(self, body: Json) -> Seen:
        if "ts" not in body:
            return self.slack.shortcut(str(body["as"]), str(body["callback_id"]))
        where = self._where(body)
        assert isinstance(where, Message)
        return self.slack.message_shortcut(str(body["as"]), str(body["callback_id"]), where)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def _face(user: str) -> str:
    """One of six colours, the same for a person always."""
    return f"f{sum(map(ord, user)) % 6}"


def _clock(ts: str, zone: tzinfo) -> Markup:
    at = datetime.fromtimestamp(float(ts), zone)
    return Markup('<time title="{}">{}</time>').format(f"{at:%A} {at.day} {at:%B %Y}", f"{at:%a %H:%M}")


def _shown(seen: Seen | None) -> Json:
    if seen is None:
        return {}
    options = [*seen.options, *(option for group in seen.option_groups for option in group["options"])]
    return {
        "errors": dict(seen.errors or {}),
        "notice": seen.notice,
        "seconds": round(seen.seconds, 3),
        "options": [{"value": o["value"], "label": o["text"]["text"]} for o in options],
    }
