"""conversations.*, users.*, team.*, auth.*, api.* and apps.* methods."""

from __future__ import annotations

from dataclasses import replace

from bot.fake_slack.state.models import Channel, Json, SlackError
from bot.fake_slack.web_api.call import ApiCall, Method, paginate
from bot.fake_slack.web_api.chat import open_dm
from bot.fake_slack.web_api.scopes import KINDS

MAIL_SCOPE = "users:read.email"


def api_test(ask: ApiCall) -> Json:
    """api.test"""
    if ask.optional_text("error"):
        raise SlackError(ask.text("error"))
    return {"args": {key: value for key, value in ask.args.items() if key != "token"}}


def auth_test(ask: ApiCall) -> Json:
    """auth.test"""
    world = ask.world
    return {
        "url": ask.base_url,
        "team": world.team_name,
        "user": world.people[world.bot_user].name,
        "team_id": world.team_id,
        "user_id": world.bot_user,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def auth_teams_list(ask: ApiCall) -> Json:
    """auth.teams.list with a workspace's own token, which has no other; `Organisation.teams_list` for all others."""
    world = ask.world
    return {"teams": [{"id": world.team_id, "name": world.team_name}], "response_metadata": {"next_cursor": ""}}


def auth_revoke(ask: ApiCall) -> Json:
    """auth.revoke: revoke the call's token, unless `test` is set."""
    if ask.flag("test"):
        return {"revoked": False}
    ask.revoke()
    return {"revoked": True}


def open_socket(ask: ApiCall) -> Json:
    """apps.connections.open"""
    return {"url": ask.new_socket_url()}


def team_info(ask: ApiCall) -> Json:
    """team.info"""
    world = ask.world
    team = {"id": world.team_id, "name": world.team_name, "domain": world.team_name.lower(), "email_domain": ""}
    return {"team": team}


def users_info(ask: ApiCall) -> Json:
    """users.info"""
    return {"user": ask.world.person(ask.text("user")).as_dict(with_mail=_may_see_mail(ask))}


def _may_see_mail(ask: ApiCall) -> bool:
    """Return whether the bot may see mail addresses: only with a scope of its own."""
    return ask.world.installed is None or MAIL_SCOPE in ask.world.scopes


def users_list(ask: ApiCall) -> Json:
    """users.list: everyone, including strangers and deactivated people."""
    people, more = paginate(list(ask.world.people.values()), ask, 200)
    members = [person.as_dict(with_mail=_may_see_mail(ask)) for person in people]
    return {"members": members, "cache_ts": 0, "response_metadata": more}


def _channels_of_types(ask: ApiCall) -> list[Channel]:
    types = ask.text("types", "public_channel").replace(" ", "").split(",")
    if not set(types) <= set(KINDS):
        raise SlackError("invalid_types")
    channels = [c for c in ask.world.channels.values() if _channel_type(c) in types and c.is_visible]
    return [c for c in channels if not (ask.flag("exclude_archived") and c.is_archived)]


def _channel_type(channel: Channel) -> str:
    return "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"


def _channel_json(ask: ApiCall, channel: Channel) -> Json:
    return {**channel.as_dict(ask.world.team_id), "num_members": len(channel.members)}


def conversations_list(ask: ApiCall) -> Json:
    """conversations.list"""
    channels, more = paginate(_channels_of_types(ask), ask, 100)
    return {"channels": [_channel_json(ask, c) for c in channels], "response_metadata": more}


def users_conversations(ask: ApiCall) -> Json:
    """users.conversations: a person's, by default the bot's."""
    user = ask.text("user", ask.world.bot_user)
    ask.world.person(user)
    channels, more = paginate([c for c in _channels_of_types(ask) if user in c.members], ask, 100)
    return {"channels": [c.as_dict(ask.world.team_id) for c in channels], "response_metadata": more}


def conversations_info(ask: ApiCall) -> Json:
    """conversations.info"""
    channel = ask.world.visible(ask.text("channel"))
    with_count = ask.flag("include_num_members")
    return {"channel": _channel_json(ask, channel) if with_count else channel.as_dict(ask.world.team_id)}


def conversations_members(ask: ApiCall) -> Json:
    """conversations.members"""
    members, more = paginate(list(ask.world.visible(ask.text("channel")).members), ask, 100)
    return {"members": members, "response_metadata": more}


def conversations_open(ask: ApiCall) -> Json:
    """conversations.open: the DM with one person."""
    world = ask.world
    if ask.optional_text("channel"):
        dm = world.visible(ask.text("channel"))
        return {"channel": dm.as_dict(world.team_id) if ask.flag("return_im") else {"id": dm.id}}
    raw = ask.args.get("users")
    users = [str(user) for user in raw] if isinstance(raw, list) else ask.text("users").split(",")
    if len(users) != 1:
        # Group DMs are not supported. A clear error is better than a wrong success.
        raise SlackError("too_many_users")
    dm = open_dm(world, users[0].strip())
    return {"channel": dm.as_dict(world.team_id) if ask.flag("return_im") else {"id": dm.id}}


def conversations_join(ask: ApiCall) -> Json:
    """conversations.join"""
    world = ask.world
    with world.lock:
        channel = world.visible(ask.text("channel"))
        if channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise SlackError("is_archived")
        members = tuple(dict.fromkeys((*channel.members, world.bot_user)))
        world.channels[channel.id] = replace(channel, members=members, bot_is_member=True)
        return {"channel": world.channels[channel.id].as_dict(world.team_id)}


def conversations_history(ask: ApiCall) -> Json:
    """conversations.history: newest first, with exclusive bounds unless `inclusive`."""
    world = ask.world
    channel = world.visible(ask.text("channel"))
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    oldest, latest = _timestamp(ask, "oldest"), _timestamp(ask, "latest")
    inclusive = ask.flag("inclusive")
    matching = []
    for message in reversed(world.messages(channel.id)):
        ts = float(message.ts)
        after = oldest is None or ts > oldest or (inclusive and ts == oldest)
        before = latest is None or ts < latest or (inclusive and ts == latest)
        if after and before:
            matching.append(message)
    page, more = paginate(matching, ask, min(100, world.history_page), world.history_page)
    with_metadata = ask.flag("include_all_metadata")
    return {
        "messages": [ask.message_json(message, with_metadata) for message in page],
        "has_more": bool(more["next_cursor"]),
        "pin_count": 0,
        "response_metadata": more,
    }


def _timestamp(ask: ApiCall, name: str) -> float | None:
    raw = ask.optional_text(name)
    try:
        return None if raw is None else float(raw)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "auth.teams.list": auth_teams_list,
    "apps.connections.open": open_socket,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    "users.conversations": users_conversations,
    "conversations.list": conversations_list,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.join": conversations_join,
    "conversations.history": conversations_history,
}
