"""The Slack app manifest: commands, events and scopes."""

from typing import Any

from bot.slack import callback_ids
from bot.slack.commands import COMMANDS
from bot.slack.prompts import ANYBODY
from bot.slack.workflow_steps import EXECUTED, functions

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
    "users:read.email",
)
PROMPTS_SCOPE = "assistant:write"
REDIRECT_PATH = "/slack/oauth_redirect"
MEMBER_CHANGED = "user_change"
EVENTS = ("app_home_opened", "message.im", "message.channels", "message.groups", "app_mention", MEMBER_CHANGED)
# Only needed with OAuth installs. These events need no scope.
UNINSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")
GRANTED, REVOKED = "team_access_granted", "team_access_revoked"
INSTALLATION_EVENTS = (*UNINSTALL_EVENTS, GRANTED, REVOKED)
"""What Slack tells of an installation; the last two of one that an organisation has for many workspaces."""
SCOPE_REASONS = {
    "app_mentions:read": "to run commands written to @Tend in a channel",
    "channels:read": "to check, before each digest, that its channel is not shared with another organisation",
    "groups:read": "the same for a private channel",
    "chat:write": "to send nudges and the digest, and to answer in the DM",
    "commands": "the slash commands and the shortcuts",
    "files:read": "to read the files that a steward gives to `/tend import`, and no others",
    "files:write": "to send the portfolio picture to the person who asked for it",
    "im:write": "to open the DM for a nudge",
    "im:history": "to check after a crash whether a nudge was sent, and to answer messages in Tend's DM",
    "channels:history": "the same for the digest, and to note on which days each side writes in a linked channel",
    "groups:history": "the same in a private channel",
    "users:read": "to know time zones, and to refuse guests, people of other organisations and those who left",
    "users:read.email": "to find a partner's owner by mail address in a file that a steward imports",
}


def build_manifest(url: str | None = None, *, prompts: bool = False, steps: bool = False) -> dict[str, Any]:
    """Build the manifest for Socket Mode, or for HTTP if `url` (https://…) is given.

    `prompts` adds suggestions to the Messages tab. They need a scope and a feature that Slack keeps to paid plans, so
    that a manifest with them may be refused.
    `steps` adds steps to Workflow Builder. They need a paid plan, too, and an app that can be installed for a whole
    organisation, but not for everybody: Slack lets no app with steps be distributed.
    """
    endpoint = f"{url.rstrip('/')}/slack/events" if url else None
    commands = [_command(form, does, endpoint) for form, does in COMMANDS]
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": [*EVENTS, EXECUTED] if steps else list(EVENTS)}
    if endpoint:
        interactivity |= {"request_url": endpoint, "message_menu_options_url": endpoint}
        events = {"request_url": endpoint, "bot_events": [*events["bot_events"], *INSTALLATION_EVENTS]}
    return {
        "display_information": {
            "name": "Tend",
            "description": "Keeps strategic partnerships alive",
            "long_description": (
                "Log referrals, events, touches and trust as you work. Tend turns them into one score per partner and "
                "explains it, tells a partner's owner when the relationship goes quiet or weakens, and posts a weekly "
                "digest. Only full members of the workspace can use it."
            ),
            "background_color": "#1f4d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            **({"agent_view": _agent_view()} if prompts else {}),
            "bot_user": {"display_name": "Tend", "always_online": True},
            "shortcuts": [
                {
                    "name": "Record something",
                    "type": "global",
                    "callback_id": callback_ids.RECORD,
                    "description": "Record a referral, an event, a touch or trust",
                },
                {
                    "name": "Log for a partner",
                    "type": "message",
                    "callback_id": callback_ids.LOG_MESSAGE,
                    "description": "Log a touch with a partner from a message",
                },
            ],
            "slash_commands": commands,
        },
        "oauth_config": {
            **({"redirect_urls": [f"{url.rstrip('/')}{REDIRECT_PATH}"]} if url else {}),
            "scopes": {"bot": [*SCOPES, PROMPTS_SCOPE] if prompts else list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            # Steps ask for it. Else only with OAuth can an organisation's installation be told from a workspace's.
            "org_deploy_enabled": steps or endpoint is not None,
            **({"function_runtime": "remote"} if steps else {}),
            "socket_mode_enabled": endpoint is None,
            "token_rotation_enabled": False,
        },
        **({"functions": functions()} if steps else {}),
    }


def _agent_view() -> dict[str, Any]:
    return {
        "agent_description": "Tend keeps the record of your partnerships. Tell it what happened, or ask.",
        "suggested_prompts": [prompt.payload() for prompt in ANYBODY],
    }


def _command(form: str, does: str, endpoint: str | None) -> dict[str, Any]:
    name, _, hint = form.partition(" ")
    command = {"command": name, "description": does, "usage_hint": hint, "should_escape": True}
    return command | ({"url": endpoint} if endpoint else {})
