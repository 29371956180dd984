"""Read a Slack app manifest: the app's scopes, commands, shortcuts and events.

The source is Slack's manifest reference. Anything the manifest omits is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.fake_slack.state.models import FakeSlackError, Json
from bot.fake_slack.state.steps import WorkflowStep, read_steps

# Event subscription of a `message` event by its `channel_type`.
_MESSAGES = {"im": "message.im", "mpim": "message.mpim", "channel": "message.channels", "group": "message.groups"}
# Scope that a subscription needs. Subscriptions not listed need none.
_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "reaction_added": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
MAX_COMMAND_LENGTH = 32


@dataclass(frozen=True)
class SlashCommand:
    """A slash command in the manifest. `name` starts with a slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A shortcut in the manifest."""

    callback_id: str
    name: str


@dataclass(frozen=True)
class InstalledApp:
    """An installed app. `shortcuts` are the global ones; `prompts` of the DM have a title and what they write."""

    scopes: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    message_shortcuts: tuple[Shortcut, ...] = ()
    events: tuple[str, ...] = ()
    is_interactive: bool = False
    has_home: bool = False
    has_messages: bool = False
    is_read_only: bool = True
    prompts: tuple[tuple[str, str], ...] = ()
    steps: tuple[WorkflowStep, ...] = ()
    is_org_ready: bool = False

    @property
    def accepts_messages(self) -> bool:
        """Whether people can write in their DM with the app."""
        return self.has_messages and not self.is_read_only

    def command(self, name: str) -> SlashCommand | None:
        """Return the app's command with that name, or None."""
        return next((item for item in self.commands if item.name == name), None)

    def receives_event(self, event: Json, scopes: tuple[str, ...]) -> bool:
        """Whether Slack sends an event to the app with these scopes."""
        kind = str(event.get("type"))
        if kind == "message":
            kind = _MESSAGES.get(str(event.get("channel_type", "channel")), kind)
        needs = _EVENT_SCOPES.get(kind)
        return kind in self.events and (needs is None or needs in scopes)


def read_manifest(manifest: Json) -> InstalledApp:
    """Read a manifest given as a dict. Raise FakeSlackError if Slack would reject it."""
    features, settings = _part(manifest, "features"), _part(manifest, "settings")
    home = _part(features, "app_home")
    shortcuts = [(row.get("type"), _shortcut(row)) for row in _rows(features, "shortcuts")]
    app = InstalledApp(
        scopes=tuple(map(str, _part(_part(manifest, "oauth_config"), "scopes").get("bot", ()))),
        redirects=tuple(map(str, _part(manifest, "oauth_config").get("redirect_urls", ()))),
        commands=tuple(_command(row) for row in _rows(features, "slash_commands")),
        shortcuts=tuple(row for kind, row in shortcuts if kind == "global"),
        message_shortcuts=tuple(row for kind, row in shortcuts if kind == "message"),
        events=tuple(map(str, _part(settings, "event_subscriptions").get("bot_events", ()))),
        is_interactive=_part(settings, "interactivity").get("is_enabled") is True,
        has_home=home.get("home_tab_enabled") is True,
        has_messages=home.get("messages_tab_enabled") is True,
        is_read_only=home.get("messages_tab_read_only_enabled") is not False,
        prompts=tuple(_prompt(row) for row in _rows(_part(features, "agent_view"), "suggested_prompts")),
        steps=read_steps(_part(manifest, "functions"), settings),
        is_org_ready=settings.get("org_deploy_enabled") is True,
    )
    if "agent_view" in features and "assistant:write" not in app.scopes:
        raise FakeSlackError("agent_view needs the scope assistant:write")
    names = [row.name for row in app.commands]
    if len(set(names)) != len(names):
        raise FakeSlackError("the manifest names a slash command twice")
    if (app.commands or shortcuts) and "commands" not in app.scopes:
        raise FakeSlackError("slash commands and shortcuts need the scope commands")
    return app


def _part(manifest: Json, name: str) -> Json:
    section = manifest.get(name, {})
    if not isinstance(section, dict):
        raise FakeSlackError(f"the manifest's {name} is not an object")
    return section


def _rows(features: Json, name: str) -> list[Json]:
    rows: Any = features.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FakeSlackError(f"the manifest's {name} is not a list of objects")
    return rows


def _command(row: Json) -> SlashCommand:
    name = str(row.get("command", ""))
    if not name.startswith("/") or not 2 <= len(name) <= MAX_COMMAND_LENGTH or name != name.lower() or " " in name:
        raise FakeSlackError(f"invalid slash command name {name!r}")
    if not row.get("description"):
        raise FakeSlackError(f"{name} has no description")
    return SlashCommand(name, str(row["description"]), str(row.get("usage_hint", "")), row.get("should_escape") is True)


def _prompt(row: Json) -> tuple[str, str]:
    if not row.get("title") or not row.get("message"):
        raise FakeSlackError("a suggested prompt needs a title and a message")
    return str(row["title"]), str(row["message"])


def _shortcut(row: Json) -> Shortcut:
    if row.get("type") not in ("global", "message") or not row.get("callback_id") or not row.get("name"):
        raise FakeSlackError("a shortcut needs a type (global or message), a callback_id and a name")
    return Shortcut(str(row["callback_id"]), str(row["name"]))
