"""Scopes that each Web API method needs, from Slack's page of each method.

Without an installed manifest, nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.fake_slack.state.models import Channel, SlackError
from bot.fake_slack.web_api.call import ApiCall

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
# Alternatives: any one of these scopes is enough.
ScopeChoice = tuple[str, ...]
# Requirements of a call: one scope of each choice.
ScopeRule = Callable[[ApiCall], tuple[ScopeChoice, ...]]


def _scope_rule(scope: str) -> ScopeRule:
    return lambda _: ((scope,),)


def _no_scopes(ask: ApiCall) -> tuple[ScopeChoice, ...]:
    return ()


def scope_family(channel: Channel) -> str:
    """Return the scope prefix for a conversation: im, groups or channels."""
    return "im" if channel.is_im else "groups" if channel.is_private else "channels"


def _channel_rule(action: str) -> ScopeRule:
    """Require the scope of the conversation's kind. If the bot can't see it, any kind is enough."""

    def rule(ask: ApiCall) -> tuple[ScopeChoice, ...]:
        channel = ask.world.channels.get(str(ask.args.get("channel")))
        if channel is None or not channel.is_visible:
            return (tuple(f"{kind}:{action}" for kind in KINDS.values()),)
        return ((f"{scope_family(channel)}:{action}",),)

    return rule


def _list_rule(ask: ApiCall) -> tuple[ScopeChoice, ...]:
    """Require the read scope of every listed kind of conversation."""
    types = ask.text("types", "public_channel").replace(" ", "").split(",")
    return tuple((f"{KINDS[kind]}:read",) for kind in types if kind in KINDS)


def _open_rule(ask: ApiCall) -> tuple[ScopeChoice, ...]:
    return (("mpim:write",),) if "," in str(ask.args.get("users", "")) else (("im:write",),)


RULES: dict[str, ScopeRule] = {
    "api.test": _no_scopes,
    "auth.test": _no_scopes,
    "auth.revoke": _no_scopes,
    "auth.teams.list": _no_scopes,
    "apps.connections.open": _no_scopes,  # uses the app token, whose only scope is connections:write
    "chat.postMessage": _scope_rule("chat:write"),
    "chat.postEphemeral": _scope_rule("chat:write"),
    "chat.update": _scope_rule("chat:write"),
    "chat.delete": _scope_rule("chat:write"),
    "chat.getPermalink": _no_scopes,
    "conversations.history": _channel_rule("history"),
    "conversations.info": _channel_rule("read"),
    "conversations.members": _channel_rule("read"),
    "conversations.list": _list_rule,
    "conversations.open": _open_rule,
    "conversations.join": _scope_rule("channels:join"),
    "files.info": _scope_rule("files:read"),
    "files.completeUploadExternal": _scope_rule("files:write"),
    "files.getUploadURLExternal": _scope_rule("files:write"),
    "functions.completeError": _no_scopes,
    "functions.completeSuccess": _no_scopes,
    "team.info": _scope_rule("team:read"),
    "users.info": _scope_rule("users:read"),
    "users.list": _scope_rule("users:read"),
    "users.conversations": _list_rule,
    "assistant.threads.setSuggestedPrompts": _scope_rule("assistant:write"),
    "views.open": _no_scopes,
    "views.push": _no_scopes,
    "views.update": _no_scopes,
    "views.publish": _no_scopes,
}


def check(method: str, ask: ApiCall) -> None:
    """Raise `missing_scope`, with `needed` and `provided`, if the installed app lacks a scope."""
    world = ask.world
    if world.installed is None:
        return
    for choice in RULES[method](ask):
        if not set(choice) & set(world.scopes):
            raise SlackError("missing_scope", needed=",".join(choice), provided=",".join(world.scopes))
