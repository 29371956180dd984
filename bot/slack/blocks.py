"""The few shapes of Block Kit that we use, kept within Slack's limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
HEADER_TEXT = 150
TITLE_TEXT = 24
CONTEXT_ELEMENTS = 10
FIELD_ERROR = 300
# Slack posts no message whose blocks are longer together. It names no number; people measured 13,200 characters, of
# which every block takes a hundred or so for itself.
POSTED_TEXT = 13_000
POSTED_BLOCK = 130


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` is what notifications and screen readers get."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)

    def payload(self) -> dict[str, Any]:
        """As Slack's calls take it. Nothing we post unfurls links that people typed."""
        return {"text": clip(self.text, SECTION_TEXT), "blocks": list(self.blocks)}


def esc(text: str) -> str:
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


def brief(text: str, limit: int) -> str:
    """What people typed, on one line, clipped and then escaped: for a place inside a longer text."""
    return esc(clip(" ".join(text.split()), limit))


def bold(name: str, limit: int = 120) -> str:
    """A partner's or another name that people typed, to stand out in a text."""
    return f"*{brief(name, limit)}*"


def is_member_id(text: object) -> bool:
    """Whether it looks like a Slack member's id; an import may have brought another word."""
    return isinstance(text, str) and text[:1] in ("U", "W") and text.isalnum() and text.isupper() and len(text) > 1


def mention(user_id: str | None) -> str:
    """A person; ids that are not Slack's (an import's, the command line's) are shown as they are."""
    if not user_id:
        return "nobody"
    return f"<@{user_id}>" if is_member_id(user_id) else esc(user_id)


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    """Formatted text. Verbatim: else Slack looks for names, channels and addresses in it, and a partner called
    "@channel" would ring one."""
    return {"type": "mrkdwn", "text": clip(text, limit), "verbatim": True}


def section(text: str, accessory: Block | None = None, fields: Iterable[str] = ()) -> Block:
    block: Block = {"type": "section"}
    if text:
        block["text"] = mrkdwn(text, SECTION_TEXT)
    if shown := [mrkdwn(one, FIELD_TEXT) for one in fields][:10]:
        block["fields"] = shown
    if accessory:
        block["accessory"] = accessory
    return block


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def context(*texts: str) -> Block:
    elements = [mrkdwn(text, SECTION_TEXT) for text in texts if text]
    return {"type": "context", "elements": elements[:CONTEXT_ELEMENTS]}


def posted_length(blocks: Iterable[Block]) -> int:
    """How much of `POSTED_TEXT` these blocks take up."""
    return sum(POSTED_BLOCK + _text_length(block) for block in blocks)


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
    made: Block = {"type": "button", "text": plain(text, BUTTON_TEXT), "action_id": action_id}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    return made


def confirmed(element: Block, title: str, text: str, yes: str) -> Block:
    """A button that asks once more before it does anything."""
    asked = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Cancel", 30),
    }
    return {**element, "confirm": asked}


def option(text: str, value: str) -> Block:
    return {"text": plain(text, OPTION_TEXT), "value": value}


def menu(placeholder: str, action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": [option(text, value) for text, value in options],
    }


def lines(title: str, items: Sequence[str], *, most: int) -> str:
    """A short list under a bold title; what doesn't fit is counted, not dropped in silence."""
    shown = [*items[:most], *and_more(items, most)]
    return "\n".join([f"*{title}*", *(f"• {item}" for item in shown)])


def and_more(found: Sequence[object], most: int) -> list[str]:
    """A line that counts what did not fit into a text."""
    return [f"_and {len(found) - most} more_"] if len(found) > most else []


def and_more_block(found: Sequence[object], most: int, what: str) -> list[Block]:
    """A block that counts what did not fit into a list of blocks; `what` follows the number."""
    return [context(f"and {len(found) - most} more{what}")] if len(found) > most else []
