"""Which scopes a token needs for each method of the Web API, as Slack's page of each method says.

Nothing is checked where no manifest is installed.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.fake_slack.state.models import Channel, SlackError
from bot.fake_slack.web_api.call import Ask

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
# Scopes of which any one is enough.
Choice = tuple[str, ...]
# What a call needs: one of each choice.
Rule = Callable[[Ask], tuple[Choice, ...]]


def _always(scope: str) -> Rule:
    return lambda _: ((scope,),)


def _nothing(ask: Ask) -> tuple[Choice, ...]:
    return ()


def family(channel: Channel) -> str:
    """The first half of the scopes about a conversation of this kind."""
    return "im" if channel.is_im else "groups" if channel.is_private else "channels"


def _of_place(action: str) -> Rule:
    """By the kind of the conversation that is asked about; of one that the bot cannot see, any kind will do."""

    def rule(ask: Ask) -> tuple[Choice, ...]:
        channel = ask.world.channels.get(str(ask.args.get("channel")))
        if channel is None or not channel.is_visible:
            return (tuple(f"{kind}:{action}" for kind in KINDS.values()),)
        return ((f"{family(channel)}:{action}",),)

    return rule


def _of_types(ask: Ask) -> tuple[Choice, ...]:
    """Of every kind of conversation that a list is to have."""
    types = ask.text("types", "public_channel").replace(" ", "").split(",")
    return tuple((f"{KINDS[kind]}:read",) for kind in types if kind in KINDS)


def _open(ask: Ask) -> tuple[Choice, ...]:
    return (("mpim:write",),) if "," in str(ask.args.get("users", "")) else (("im:write",),)


RULES: dict[str, Rule] = {
    "api.test": _nothing,
    "auth.test": _nothing,
    "auth.revoke": _nothing,
    "apps.connections.open": _nothing,  # its token is the app's, whose one scope is connections:write
    "chat.postMessage": _always("chat:write"),
    "chat.postEphemeral": _always("chat:write"),
    "chat.update": _always("chat:write"),
    "chat.delete": _always("chat:write"),
    "chat.getPermalink": _nothing,
    "conversations.history": _of_place("history"),
    "conversations.info": _of_place("read"),
    "conversations.members": _of_place("read"),
    "conversations.list": _of_types,
    "conversations.open": _open,
    "conversations.join": _always("channels:join"),
    "files.info": _always("files:read"),
    "files.completeUploadExternal": _always("files:write"),
    "files.getUploadURLExternal": _always("files:write"),
    "team.info": _always("team:read"),
    "users.info": _always("users:read"),
    "users.list": _always("users:read"),
    "users.conversations": _of_types,
    "views.open": _nothing,
    "views.push": _nothing,
    "views.update": _nothing,
    "views.publish": _nothing,
}


def check(method: str, ask: Ask) -> None:
    """Let the call pass if the installed app has the scopes.

    Raises:
        SlackError: missing_scope, with what is `needed` and what was `provided`.
    """
    world = ask.world
    if world.installed is None:
        return
    for choice in RULES[method](ask):
        if not set(choice) & set(world.scopes):
            raise SlackError("missing_scope", needed=",".join(choice), provided=",".join(world.scopes))
