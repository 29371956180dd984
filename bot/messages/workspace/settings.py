"""Show the team's settings and build the form that changes them."""

from collections.abc import Mapping

from bot.formatting import and_list
from bot.messages.forms import build_form, input_block
from bot.messages.workspace import integrations, webhooks
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, button, context, escape_clip, mention, option, section
from bot.slack.members import ChannelReaders
from bot.workspace.settings import SETTINGS, Setting
from bot.workspace.team import WEEKDAYS

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In Slack, people type names of people and channels.
EXAMPLES = {"digest_channel": "#partnerships", "stewards": "@ana @ben"}
MOST_GUESTS = 5
WHO_MAY_CHANGE = "Workspace admins and stewards can change them."


def settings_message(values: Mapping[str, str], may_change: bool) -> Message:
    """List the team's settings, with how to change them for those who may."""
    rows = [
        f"*{SETTINGS[key].label}*: {_setting_text(key, text) or '_not set_'}  (`{key}`)" for key, text in values.items()
    ]
    told = section("\n".join(rows))
    if not may_change:
        return Message("The team's settings", [told, context(WHO_MAY_CHANGE)])
    how = context("Or change one at a time, e.g. `/tend settings timezone Europe/London`.")
    change = actions(button("Change", action_ids.CHANGE_SETTINGS, "settings", style="primary"))
    return Message("The team's settings", [told, change, how, integrations.settings_block(), webhooks.settings_block()])


def setting_message(one: Setting, text: str, may_change: bool) -> Message:
    """Show one setting and how to change it."""
    told = f"*{one.label}*: {_setting_text(one.key, text) or '_not set_'}"
    if one.note:
        told += f"\n{one.note}"
    example = EXAMPLES.get(one.key, one.example)
    how = f"Change it like this: `/tend settings {one.key} {example}`" if may_change else WHO_MAY_CHANGE
    return Message(told, [section(told), context(how)])


def settings_changed_message(
    changed: Mapping[str, str], *, locked_out: bool = False, readers: ChannelReaders | None = None
) -> Message:
    """Confirm changed settings. `locked_out`: the person who changed them can no longer do so.

    `readers` are those of the digest, where its channel changed.
    """
    rows = [f"{SETTINGS[key].label}: {_setting_text(key, text) or 'not set'}" for key, text in changed.items()]
    told = ":white_check_mark: " + ("\n".join(rows) if rows else "Nothing changed.")
    if locked_out:
        who = _setting_text("stewards", changed.get("stewards", ""))
        now = f"{who} can change the settings now" if who else "only workspace admins can change the settings now"
        told += f"\n:warning: You're no longer a steward; {now}."
    if readers:
        told += "".join(f"\n:warning: {line}" for line in _readers_lines(readers))
    return Message(told, [section(told)])


def _readers_lines(found: ChannelReaders) -> list[str]:
    """List what to know of a channel before the first digest is posted there."""
    channel, lines = f"<#{found.channel}>", []
    if found.guests:
        verb = "guest can read" if len(found.guests) == 1 else "guests can read"
        more = " Tend didn't look at every member, so there may be more." if found.unseen else ""
        names = and_list([escape_clip(name, 60) for name in found.guests], MOST_GUESTS)
        lines.append(f"{len(found.guests)} {verb} {channel}: {names}.{more}")
    if not found.is_joined:
        lines.append(f"Tend isn't in {channel} yet: type `/invite @Tend` there.")
    return lines


def _setting_text(key: str, text: str) -> str:
    """Format a setting, with mentions for people and channels."""
    if key == "stewards":
        return ", ".join(mention(one) for one in text.split())
    if key == "holidays" and not any(word[0].isalpha() for word in text.split()):
        return ", ".join(["the public holidays of your time zone's country", *text.split()])
    return f"<#{text}>" if key == "digest_channel" and text else escape_clip(text, 200)


def settings_form(values: Mapping[str, str]) -> Block:
    """Build the form with all settings."""
    blocks = []
    for key, setting in SETTINGS.items():
        element = _element(setting, values.get(key, ""))
        example = f"e.g. {setting.example}" if element["type"] == "plain_text_input" else ""  # a menu shows its choices
        blocks.append(input_block(key, setting.label, element, True, setting.note or example))
    return build_form(callback_ids.SETTINGS, "The team's settings", "Save", blocks)


def _element(setting: Setting, text: str) -> Block:
    if setting.key == "digest_channel":
        ours = {"include": ["public", "private"], "exclude_external_shared_channels": True}
        chosen = {"initial_conversation": text} if text else {}
        return {"type": "conversations_select", "filter": ours, **chosen}
    if setting.key == "stewards":
        return {"type": "multi_users_select", **({"initial_users": text.split()} if text else {})}
    if setting.key == "learn_cadence":
        words = {"yes": option("Yes", "yes"), "no": option("No", "no")}
        return {"type": "static_select", "options": list(words.values()), "initial_option": words[text]}
    if setting.key == "digest_day":
        days = {day: option(name, day) for name, day in zip(DAY_NAMES, WEEKDAYS, strict=True)}
        return {"type": "static_select", "options": list(days.values()), "initial_option": days[text]}
    return {"type": "plain_text_input", "max_length": 500, **({"initial_value": text} if text else {})}
