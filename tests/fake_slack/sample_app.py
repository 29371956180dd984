"""A small Bolt app that uses all that the stand-in offers."""

from __future__ import annotations

import time
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

OPTIONS = [
    {"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Acme", "Northwind", "Globex")
]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def field(name: str, kind: str, *, optional: bool = True, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": f"{name}_in", **more}
    return {"type": "input", "block_id": name, "label": plain(name), "optional": optional, "element": element}


def form(**more: Any) -> dict[str, Any]:
    blocks = [
        field("name", "plain_text_input", optional=False, min_length=2, max_length=5),
        field("kind", "static_select", options=OPTIONS, initial_option=OPTIONS[1]),
        field("kinds", "multi_static_select", options=OPTIONS),
        field("partner", "external_select", min_query_length=0),
        field("owner", "users_select"),
        field("owners", "multi_users_select"),
        field("place", "conversations_select"),
        field("room", "channels_select"),
        field("day", "datepicker", initial_date="2026-11-02"),
        field("hour", "timepicker"),
        field("count", "number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
        field("side", "radio_buttons", options=OPTIONS),
        field("boxes", "checkboxes", options=OPTIONS),
        field("site", "url_text_input"),
        field("mail", "email_text_input"),
    ]
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Save"), "blocks": blocks}
    return {**view, "notify_on_close": True, "private_metadata": "kept", **more}


def message_blocks() -> list[dict[str, Any]]:
    press = {"type": "button", "action_id": "press", "text": plain("Press"), "value": "7"}
    again = {"type": "button", "action_id": "press2", "text": plain("Other"), "url": "https://example.com"}
    pick = {"type": "static_select", "action_id": "pick", "options": OPTIONS}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "choose"}},
        {"type": "actions", "block_id": "row", "elements": [press, again, pick]},
    ]


def make_app(client: WebClient, heard: list[dict[str, Any]]) -> App:
    """Listeners for everything; what arrives is put into `heard`."""
    app = App(client=client, signing_secret="stand-in-secret", process_before_response=True)

    @app.middleware
    def hear(body: dict[str, Any], next: Any) -> None:
        heard.append(body)
        next()

    @app.command("/do")
    def do(ack: Any, command: dict[str, Any], client: WebClient, respond: Any) -> None:
        text = command["text"]
        if text == "form":
            client.views_open(trigger_id=command["trigger_id"], view=form())
            ack()
        elif text == "slow":
            time.sleep(0.7)
            ack("late")
        elif text == "crash":
            raise RuntimeError("on purpose")
        elif text == "long":
            ack(text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])
        elif text == "all":
            ack(text="for all", response_type="in_channel")
        elif text == "buttons":
            ack(text="choose", blocks=message_blocks(), response_type="ephemeral")
        elif text == "respond":
            ack()
            respond(text="by url", response_type="in_channel")
        else:
            ack(text=f"you said {text}", response_type="ephemeral")

    @app.view("form")
    def submitted(ack: Any, view: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        name = view["state"]["values"]["name"]["name_in"]["value"]
        if name == "bad":
            ack(response_action="errors", errors={"name": "not this one"})
        elif name == "where":
            ack(response_action="errors", errors={"nowhere": "no such block"})
        elif name == "next":
            ack(response_action="update", view=form(title=plain("Second")))
        elif name == "push":
            ack(response_action="push", view=form(title=plain("On top")))
        elif name == "clear":
            ack(response_action="clear")
        else:
            client.chat_postMessage(channel=body["user"]["id"], text=f"saved {name}")
            ack()

    @app.view_closed("form")
    def closed(ack: Any) -> None:
        ack()

    @app.options("partner_in")
    def partners(ack: Any, payload: dict[str, Any]) -> None:
        typed = payload["value"].lower()
        ack(options=[option for option in OPTIONS if option["value"].startswith(typed)])

    @app.action("press")
    def pressed(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        ack()
        respond(text=f"pressed {action['value']}", replace_original=True)

    @app.action("pick")
    def picked(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel="C1", text=body["actions"][0]["selected_option"]["value"])

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        view = {"type": "home", "blocks": message_blocks()}
        client.views_publish(user_id=event["user"], view=view)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        say(f"yes, <@{event['user']}>?")

    @app.shortcut("short")
    @app.shortcut("on_message")
    def short(ack: Any, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=form())

    return app
