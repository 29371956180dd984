"""Handlers of the page's POST requests, each taking the FakeSlack and the JSON body."""

from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.fake_slack.demo_hooks import Desk, Letter
from bot.fake_slack.pages.host import Host
from bot.fake_slack.state.models import FakeSlackError, Json, Message, View
from bot.fake_slack.user import keyboard
from bot.fake_slack.user.result import UserResult

Handler = Callable[[Host, Json], UserResult | Json | None]

# Faults that the page offers: key, label and function.
SLOW_SECONDS, PAUSE_SECONDS, TIMES = 2.0, 2, 3
TROUBLES: dict[str, tuple[str, Callable[[Host], object]]] = {
    "latency": (
        f"Slack takes {SLOW_SECONDS:g} s to answer",
        lambda slack: slack.world.faults.add("*", "latency", TIMES, seconds=SLOW_SECONDS),
    ),
    "429": (
        f"Slack limits requests for {PAUSE_SECONDS} s (429)",
        lambda slack: slack.world.faults.add("*", "429", TIMES, retry_after=PAUSE_SECONDS),
    ),
    "500": ("Slack fails (500)", lambda slack: slack.world.faults.add("*", "500", TIMES)),
    "drop": ("The connection drops before Slack acts", lambda slack: slack.world.faults.add("*", "drop", TIMES)),
    "lost": (
        "Slack acts, but its response is lost",
        lambda slack: slack.world.faults.add("*", "drop", TIMES, after_effect=True),
    ),
    "reconnect": ("Slack asks the bot to reconnect (Socket Mode)", lambda slack: slack.sockets.refresh()),
    "disconnect": ("The bot's websocket is cut", lambda slack: slack.sockets.drop()),
}


def say(slack: Host, body: Json) -> UserResult | None:
    """Send the composer's line: a command, a mention of the bot or a plain message."""
    user, at, text = str(body["as"]), str(body["at"]), str(body["text"]).strip()
    if text.startswith("/"):
        name, *rest = text.split(maxsplit=1)
        return slack.command(user, name, "".join(rest), channel=at)
    place = slack.world.channels.get(at)
    if place is not None and place.is_im:
        return slack.direct_message(user, text)
    text = keyboard.with_references(slack.world, text)
    bot = slack.world.people[slack.world.bot_user]
    text = text.replace(f"<@{bot.id}|{bot.name}>", f"<@{bot.id}>")
    if f"<@{bot.id}>" in text:
        return slack.mention(user, at, text)
    slack.say(user, at, text)
    return None


def click(slack: Host, body: Json) -> UserResult:
    """Use an element in a message, modal or App Home."""
    return slack.click(
        str(body["as"]), _find_container(slack, body), str(body["action"]), body.get("value"), block=str(body["block"]),
        values=body.get("values") or {},
    )  # fmt: skip


def submit(slack: Host, body: Json) -> UserResult:
    """Submit a modal."""
    return slack.submit(str(body["as"]), _find_view(slack, body), body.get("values") or {})


def upload(slack: Host, body: Json) -> Json:
    """Upload a file for a modal, sent as base64."""
    return {"file": slack.upload(_acting_user(slack, body), str(body["name"]), b64decode(str(body["data"])))}


def close(slack: Host, body: Json) -> UserResult:
    """Close a modal."""
    return slack.close(str(body["as"]), _find_view(slack, body))


def suggest(slack: Host, body: Json) -> UserResult:
    """Ask the bot for the options of an external select. A modal that has closed meanwhile has none."""
    user, action, text = str(body["as"]), str(body["action"]), str(body.get("text", ""))
    with suppress(FakeSlackError):
        return slack.suggest(user, _find_container(slack, body), action, text)
    return UserResult()


def home(slack: Host, body: Json) -> UserResult:
    """Open the App Home."""
    return slack.open_home(str(body["as"]))


def shortcut(slack: Host, body: Json) -> UserResult:
    """Use a message shortcut or a global shortcut."""
    if "ts" not in body:
        return slack.shortcut(str(body["as"]), str(body["callback_id"]))
    where = _find_container(slack, body)
    assert isinstance(where, Message)
    return slack.message_shortcut(str(body["as"]), str(body["callback_id"]), where)


def move(slack: Host, body: Json) -> None:
    """Start a time move, or stop the current one."""
    if slack.time_machine is None:
        raise FakeSlackError("Time can't be moved here.")
    if body.get("move"):
        slack.time_machine.start(str(body["move"]), _acting_user(slack, body))
    else:
        slack.time_machine.stop()


def story(slack: Host, body: Json) -> None:
    """Skip a step of the tour, close it or open it."""
    if slack.story is None:
        raise FakeSlackError("There is no tour here.")
    {"skip": slack.story.skip, "close": slack.story.close, "open": slack.story.open}[str(body["do"])](
        _acting_user(slack, body)
    )


def letter(slack: Host, body: Json) -> None:
    """Send a mail."""
    parts = (str(body[name]).strip() for name in ("to", "bcc", "subject", "text"))
    _desk(slack, body).send(str(body["as"]), Letter(*parts))


def meeting(slack: Host, body: Json) -> None:
    """Put a meeting into the calendar."""
    at = datetime.fromisoformat(f"{body['day']}T{body['time']}")
    _desk(slack, body).meet(str(body["as"]), str(body["with"]), at)


def cancel(slack: Host, body: Json) -> None:
    """Cancel a meeting."""
    _desk(slack, body).cancel(str(body["as"]), str(body["key"]))


def phone(slack: Host, body: Json) -> None:
    """Give the person a phone's keyboard, or take it away."""
    slack.world.use_phone(_acting_user(slack, body), bool(body["on"]))


def trouble(slack: Host, body: Json) -> None:
    """Add a fault, or clear all faults."""
    if body.get("kind"):
        TROUBLES[str(body["kind"])][1](slack)
    else:
        slack.world.faults.clear()


HANDLERS: dict[str, Handler] = {
    "say": say, "click": click, "submit": submit, "close": close, "upload": upload, "suggest": suggest, "home": home,
    "shortcut": shortcut, "move": move, "story": story, "letter": letter, "meeting": meeting,
    "cancel": cancel, "phone": phone, "trouble": trouble,
}  # fmt: skip


def result_json(seen: UserResult | Json | None) -> Json:
    """Return the part of a result that the page needs."""
    if not isinstance(seen, UserResult):
        return seen or {}
    options = [*seen.options, *(option for group in seen.option_groups for option in group["options"])]
    return {
        "errors": dict(seen.errors or {}),
        "notice": seen.notice,
        "seconds": round(seen.seconds, 3),
        "options": [{"value": o["value"], "label": o["text"]["text"]} for o in options],
    }


def _acting_user(slack: Host, body: Json) -> str:
    user = str(body["as"])
    if user not in slack.world.people:
        raise FakeSlackError(f"There is no person {user!r} here.")
    return user


def _desk(slack: Host, body: Json) -> Desk:
    user = _acting_user(slack, body)
    if slack.desk is None or not slack.desk.is_for(user):
        raise FakeSlackError("There is nothing outside Slack here.")
    return slack.desk


def _find_container(slack: Host, body: Json) -> Message | View:
    world = slack.world
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
    raise FakeSlackError("This no longer exists.")


def _find_view(slack: Host, body: Json) -> View:
    where = _find_container(slack, {"view": body["view"]})
    assert isinstance(where, View)
    return where
