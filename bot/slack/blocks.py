"""The few shapes of Block Kit that we use, kept within Slack's limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_SECTION_TEXT = 3_000
MAX_FIELD_TEXT = 2_000
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
MAX_OPTION_TEXT = 75
MAX_HEADER_TEXT = 150
MAX_TITLE_TEXT = 24
MAX_CONTEXT_ELEMENTS = 10
MAX_FIELD_ERROR = 300
# Slack posts no message whose blocks are longer together. It names no number; people measured 13,200 characters, of
# which every block takes a hundred or so for itself.
MAX_POSTED_TEXT = 13_000
BLOCK_OVERHEAD = 130


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` is what notifications and screen readers get."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)

    def payload(self) -> dict[str, Any]:
        """As Slack's calls take it. Nothing we post unfurls links that people typed."""
        return {"text": clip(self.text, MAX_SECTION_TEXT), "blocks": list(self.blocks)}


def escape(text: str) -> str:
    """Text that people typed, so that Slack shows it and rings nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with … where something was cut, and no half of an `&amp;`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    entity = cut.rfind("&")
    if entity > len(cut) - 6 and ";" not in cut[entity:]:
        cut = cut[:entity]
    return cut + "…"


def escape_clip(text: str, limit: int) -> str:
    """What people typed, on one line, clipped and then escaped: for a place inside a longer text."""
    return escape(clip(" ".join(text.split()), limit))


def bold(name: str, limit: int = 120) -> str:
    """A partner's or another name that people typed, to stand out in a text."""
    return f"*{escape_clip(name, limit)}*"


def is_member_id(text: object) -> bool:
    """Whether it looks like a Slack member's id; an import may have brought another word."""
    return isinstance(text, str) and text[:1] in ("U", "W") and text.isalnum() and text.isupper() and len(text) > 1


def mention(user_id: str | None) -> str:
    """A person; ids that are not Slack's (an import's, the command line's) are shown as they are."""
    if not user_id:
        return "nobody"
    return f"<@{user_id}>" if is_member_id(user_id) else escape(user_id)


def plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    """Formatted text. Verbatim: else Slack looks for names, channels and addresses in it, and a partner called
    "@channel" would ring one."""
    return {"type": "mrkdwn", "text": clip(text, limit), "verbatim": True}


def section(text: str, accessory: Block | None = None, fields: Iterable[str] = ()) -> Block:
    block: Block = {"type": "section"}
    if text:
        block["text"] = mrkdwn(text, MAX_SECTION_TEXT)
    if shown := [mrkdwn(one, MAX_FIELD_TEXT) for one in fields][:10]:
        block["fields"] = shown
    if accessory:
        block["accessory"] = accessory
    return block


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, MAX_HEADER_TEXT)}


def context(*texts: str) -> Block:
    elements = [mrkdwn(text, MAX_SECTION_TEXT) for text in texts if text]
    return {"type": "context", "elements": elements[:MAX_CONTEXT_ELEMENTS]}


def posted_length(blocks: Iterable[Block]) -> int:
    """How much of `MAX_POSTED_TEXT` these blocks take up."""
    return sum(BLOCK_OVERHEAD + _text_length(block) for block in blocks)


def _text_length(node: Any) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_text_length(part) for part in node.values())
    return sum(_text_length(part) for part in node) if isinstance(node, list) else 0


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(text: str, action_id: str, value: str = "", style: str | None = None) -> Block:
    made: Block = {"type": "button", "text": plain_text(text, MAX_BUTTON_TEXT), "action_id": action_id}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    return made


def with_confirm(element: Block, title: str, text: str, yes: str) -> Block:
    """A button that asks once more before it does anything."""
    asked = {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }
    return {**element, "confirm": asked}


def option(text: str, value: str) -> Block:
    return {"text": plain_text(text, MAX_OPTION_TEXT), "value": value}


def menu(placeholder: str, action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text(placeholder, 150),
        "options": [option(text, value) for text, value in options],
    }


def bullet_list(title: str, items: Sequence[str], *, most: int) -> str:
    """A short list under a bold title; what doesn't fit is counted, not dropped in silence."""
    shown = [*items[:most], *more_line(items, most)]
    return "\n".join([f"*{title}*", *(f"• {item}" for item in shown)])


def more_line(found: Sequence[object], most: int) -> list[str]:
    """A line that counts what did not fit into a text."""
    return [f"_and {len(found) - most} more_"] if len(found) > most else []


def and_more_block(found: Sequence[object], most: int, what: str) -> list[Block]:
    """A block that counts what did not fit into a list of blocks; `what` follows the number."""
    return [context(f"and {len(found) - most} more{what}")] if len(found) > most else []
