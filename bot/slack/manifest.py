"""The manifest with which Slack makes the app: its commands, events and permissions in one place."""

from typing import Any

from bot.slack import callback_ids
from bot.slack.commands import COMMANDS

SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:read",
    "im:history",
    "channels:history",
    "groups:history",
    "im:write",
    "users:read",
)
# How Slack says that a workspace throws us out; it is of use to an app of many workspaces, and needs no permission.
REDIRECT_PATH = "/slack/oauth_redirect"
EVENTS = ("app_home_opened", "message.im", "message.channels", "message.groups", "app_mention")
UNINSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")
SCOPE_REASONS = {
    "app_mentions:read": "to take what is written to @Tend in a channel as a command",
    "channels:read": "to ask, before each digest, whether its channel is shared with another organisation",
    "groups:read": "the same for a private channel",
    "chat:write": "to send nudges and the digest, and to answer in the DM",
    "commands": "the slash commands and the message shortcut",
    "files:read": "to fetch a file that a steward gives to `/tend import`, and no other",
    "files:write": "to put the picture of all partners that somebody asked for into their DM",
    "im:write": "to open the DM of a nudge",
    "im:history": "to find out after a crash whether a nudge had been sent, and to answer who writes to Tend in its DM",
    "channels:history": "the same for the digest; and to note on which days each side writes in a linked channel",
    "groups:history": "the same in a private channel",
    "users:read": "to know time zones, and to refuse guests and people of other organisations",
}


def build_manifest(url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or with `url` (https://…) for the HTTP endpoint there."""
    endpoint = f"{url.rstrip('/')}/slack/events" if url else None
    commands = [_command(form, does, endpoint) for form, does in COMMANDS]
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    if endpoint:
        interactivity |= {"request_url": endpoint, "message_menu_options_url": endpoint}
        events = {"request_url": endpoint, "bot_events": [*events["bot_events"], *UNINSTALL_EVENTS]}
    return {
        "display_information": {
            "name": "Tend",
            "description": "Keeps strategic partnerships alive",
            "long_description": (
                "Record referrals, events, touches and trust in passing. Tend turns them into one number per partner "
                "that explains itself, tells a partner's owner when it goes quiet or weakens, and posts a digest each "
                "week. Only full members of the workspace can use it."
            ),
            "background_color": "#1f4d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Tend", "always_online": True},
            "shortcuts": [
                {
                    "name": "Log for a partner",
                    "type": "message",
                    "callback_id": callback_ids.LOG_MESSAGE,
                    "description": "Log a touch with a partner out of a message",
                }
            ],
            "slash_commands": commands,
        },
        "oauth_config": {
            **({"redirect_urls": [f"{url.rstrip('/')}{REDIRECT_PATH}"]} if url else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": endpoint is None,
            "token_rotation_enabled": False,
        },
    }


def _command(form: str, does: str, endpoint: str | None) -> dict[str, Any]:
    name, _, hint = form.partition(" ")
    command = {"command": name, "description": does, "usage_hint": hint, "should_escape": True}
    return command | ({"url": endpoint} if endpoint else {})
