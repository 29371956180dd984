"""Find an element by action id, label, block or position."""

from __future__ import annotations

from bot.fake_slack.state.blocks import elements
from bot.fake_slack.state.models import FakeSlackError, Json, Message, View

STATE_KEYS = (
    "value", "selected_option", "selected_options", "selected_user", "selected_users", "selected_conversation",
    "selected_conversations", "selected_channel", "selected_channels", "selected_date", "selected_time",
    "selected_date_time", "rich_text_value",
)  # fmt: skip


def element_label(element: Json) -> str:
    """Return a button's text or a select's placeholder."""
    text = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text", ""))


def find_element(
    where: Message | View,
    action_id: str | None,
    text: str | None = None,
    index: int | None = None,
    block: str | None = None,
) -> tuple[Json, Json]:
    """Return the matching (block, element), or raise FakeSlackError listing all elements unless exactly one matches."""
    everything = list(elements(where.blocks))
    matches = [
        (holder, element)
        for holder, element in everything
        if action_id in (None, element["action_id"])
        and text in (None, element_label(element))
        and block in (None, holder["block_id"])
    ]
    if index is not None and 0 <= index < len(matches):
        return matches[index]
    if len(matches) != 1 or index is not None:
        names = ", ".join(f"{e['action_id']} ({element_label(e)})" for _, e in everything) or "none"
        raise FakeSlackError(f"{len(matches)} elements match {action_id!r} {text!r}; all elements: {names}")
    return matches[0]
