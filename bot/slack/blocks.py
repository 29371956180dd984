"""Block Kit builders that keep within Slack's limits."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.grammar.member_ids import is_member_id

Block = dict[str, Any]

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_SECTION_TEXT = 3_000
MAX_FIELD_TEXT = 2_000
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
MAX_OPTION_TEXT = 75
MAX_OPTIONS = 100
MAX_HEADER_TEXT = 150
MAX_TITLE_TEXT = 24
MAX_CONTEXT_ELEMENTS = 10
MAX_FIELD_ERROR = 300
# Slack rejects a message whose blocks are too long together. The limit is undocumented. Measured: about 13,200
# characters, and each block uses about 100 of them.
MAX_POSTED_TEXT = 13_000
BLOCK_OVERHEAD = 130


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message. Notifications and screen readers use `text`."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)

    def payload(self) -> dict[str, Any]:
        """Return the arguments for Slack's message methods."""
        return {"text": clip(self.text, MAX_SECTION_TEXT), "blocks": with_distinct_labels(self.blocks)}


def escape(text: str) -> str:
    """Escape user input for mrkdwn, so that it mentions nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Decode the three characters that Slack escapes, and no other entity of HTML: `A&notes` stays as it is."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def clip(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, ending in "…". Never cuts through an entity such as `&amp;`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    entity = cut.rfind("&")
    if entity > len(cut) - 6 and ";" not in cut[entity:]:
        cut = cut[:entity]
    return cut + "…"


def escape_clip(text: str, limit: int) -> str:
    """Join user input into one line, then clip and escape it for use inside a longer text."""
    return escape(clip(" ".join(text.split()), limit))


def short(text: str, limit: int) -> str:
    """Return the text escaped and within the limit, escapes included: for a message with little room."""
    return clip(escape_clip(text, limit), limit)


def bold(name: str, limit: int = 120) -> str:
    """Format a user-supplied name in bold."""
    return f"*{escape_clip(name, limit)}*"


def mention(user_id: str | None) -> str:
    """Mention a person. Ids that are not Slack's, from an import or the CLI, are shown as text."""
    if not user_id:
        return "nobody"
    return f"<@{user_id}>" if is_member_id(user_id) else escape(user_id)


def plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    """Build a mrkdwn text object. `verbatim` keeps a partner called "@channel" from notifying one."""
    return {"type": "mrkdwn", "text": clip(text, limit), "verbatim": True}


def section(text: str, accessory: Block | None = None, fields: Iterable[str] = ()) -> Block:
    block: Block = {"type": "section"}
    if text:
        block["text"] = mrkdwn(text, MAX_SECTION_TEXT)
    if field_objects := [mrkdwn(item, MAX_FIELD_TEXT) for item in fields][:10]:
        block["fields"] = field_objects
    if accessory:
        block["accessory"] = accessory
    return block


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, MAX_HEADER_TEXT)}


def context(*texts: str) -> Block:
    elements = [mrkdwn(text, MAX_SECTION_TEXT) for text in texts if text]
    return {"type": "context", "elements": elements[:MAX_CONTEXT_ELEMENTS]}


def posted_length(blocks: Iterable[Block]) -> int:
    """Return how much of MAX_POSTED_TEXT these blocks use."""
    return sum(BLOCK_OVERHEAD + _text_length(block) for block in blocks)


def _text_length(node: Any) -> int:
    if isinstance(node, dict):
        length = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return length + sum(_text_length(part) for part in node.values())
    return sum(_text_length(part) for part in node) if isinstance(node, list) else 0


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(text: str, action_id: str, value: str = "", style: str | None = None) -> Block:
    element: Block = {"type": "button", "text": plain_text(text, MAX_BUTTON_TEXT), "action_id": action_id}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    return element


def labelled(element: Block, what: str) -> Block:
    """Say for screen readers what a button is about that reads like others of its message."""
    return {**element, "accessibility_label": clip(f"{element['text']['text']}: {what}", MAX_BUTTON_TEXT)}


def with_distinct_labels(blocks: Iterable[Block]) -> list[Block]:
    """Tell apart the buttons that read alike: by the text they stand beside or under, then by number."""
    about, found = "", list[tuple[int, int, Block, str]]()
    listed = list(blocks)
    for place, block in enumerate(listed):
        if block["type"] in ("section", "header"):
            about = _spoken((block.get("text") or {}).get("text", "")) or about
        found += [(place, at, one, about) for at, one in enumerate(_elements(block)) if one.get("type") == "button"]
    alike = Counter(accessible_name(one) for *_, one, _ in found)
    taken = {name for name, times in alike.items() if times == 1}
    for place, at, one, context_text in found:
        if alike[accessible_name(one)] > 1:
            made = labelled(one, context_text) if "accessibility_label" not in one else one
            number = 1
            while (name := accessible_name(made)) in taken:
                number += 1
                made = {**made, "accessibility_label": f"{clip(name, MAX_BUTTON_TEXT - 5)} {number}"}
            taken.add(name)
            listed[place] = _with_element(listed[place], at, made)
    return listed


def accessible_name(element: Block) -> str:
    """Return what a screen reader says of a button."""
    return str(element.get("accessibility_label") or element["text"]["text"])


def _elements(block: Block) -> list[Block]:
    return [block["accessory"]] if block.get("accessory") else list(block.get("elements", ()))


def _with_element(block: Block, at: int, element: Block) -> Block:
    if block.get("accessory"):
        return {**block, "accessory": element}
    return {**block, "elements": [element if place == at else one for place, one in enumerate(block["elements"])]}


_MARKUP = re.compile(r":[a-z][a-z0-9_+-]*:|<[@#!][^>]*>|[*_~`]|<[^|>]*\||>")


def _spoken(text: str) -> str:
    """Return the first line of a text without Slack's markup."""
    return " ".join(html.unescape(_MARKUP.sub("", text.partition("\n")[0])).split()).strip(" ,.;:·")


def with_confirm(element: Block, title: str, text: str, yes: str) -> Block:
    """Add a confirmation dialog to a button."""
    dialog = {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }
    return {**element, "confirm": dialog}


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
    """Format a bulleted list under a bold title, and count the items beyond `most`."""
    shown = [*items[:most], *more_line(items, most)]
    return "\n".join([f"*{title}*", *(f"• {item}" for item in shown)])


def more_line(found: Sequence[object], most: int) -> list[str]:
    """Return a line that counts the items beyond `most`, or nothing."""
    return [f"_and {len(found) - most} more_"] if len(found) > most else []


def and_more_block(found: Sequence[object], most: int, what: str) -> list[Block]:
    """Return a block that counts the items beyond `most`, or nothing. `what` follows the number."""
    return [context(f"and {len(found) - most} more{what}")] if len(found) > most else []
