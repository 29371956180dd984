"""Render a message as plain text for the command line."""

import html
import re
from collections.abc import Iterator

from bot.slack.blocks import Block, Message

_SIGN = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)\s?")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_ITALIC = re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)")
_CODE = re.compile(r"```\n?|`")
_MENTION = re.compile(r"<[@#]([^>|]+)(?:\|[^>]*)?>")


def as_text(message: Message) -> str:
    """Strip Slack's markup from a message. Each block becomes a paragraph; buttons are left out."""
    return "\n".join(_plain(text) for block in message.blocks for text in _texts(block)) or _plain(message.text)


def _texts(block: Block) -> Iterator[str]:
    if block["type"] == "header":
        text = block["text"]["text"]
        yield f"{text}\n{'=' * len(text)}"
    elif block["type"] == "section":
        yield from (one["text"] for one in (block.get("text"), *block.get("fields", ())) if one)
    elif block["type"] == "context":
        yield from (one["text"] for one in block["elements"])


def _plain(text: str) -> str:
    bare = _ITALIC.sub(r"\1", _BOLD.sub(r"\1", _SIGN.sub("", _CODE.sub("", text))))
    return html.unescape(_MENTION.sub(r"\1", bare))
